using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Refusals;

/// <summary>Who is not let in, and is told why. The edge belongs to each test alone, since it counts wrong tokens by address.</summary>
public sealed class AccountTests : IAsyncLifetime
{
    private readonly ClientHome _home = new();
    private EdgeProcess? _edge;

    private EdgeProcess Edge => _edge ?? throw new InvalidOperationException("The edge has not started.");

    public async ValueTask InitializeAsync() => _edge = await EdgeProcess.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _home.Dispose();
        if (_edge is not null)
        {
            await _edge.DisposeAsync();
            _edge.AssertNoErrorLogged();
        }
    }

    [Fact]
    public async Task TokenOfAnotherEdge_IsUnknown()
    {
        await using var other = await EdgeProcess.StartAsync();

        await FailsAsync(other.Token, 4, "MP-1103");
    }

    [Fact]
    public async Task MistypedToken_IsMalformed() => await FailsAsync(Edge.Token[..^1], 4, "MP-1102");

    [Fact]
    public async Task NoToken_IsNotLoggedIn()
    {
        var environment = _home.Environment(Edge);
        environment.Remove("MPORT_TOKEN");
        await using var client = ClientProcess.Start(environment, "tcp", "9");

        await client.FailedAsync(4, "MP-1101");
    }

    [Fact]
    public async Task RevokedToken_EndsItsSessionAndLetsNobodyIn()
    {
        var (id, token) = await Edge.CreateTokenAsync(EdgeProcess.Owner);
        await using var client = await ReadyAsync(token);

        await Edge.AdministerAsync("token", "revoke", id);

        await client.FailedAsync(4, "MP-1104");
        await FailsAsync(token, 4, "MP-1104");
    }

    [Fact]
    public async Task ExpiringToken_EndsItsSessionAndLetsNobodyIn()
    {
        // Long enough for a client to start with it, on a busy machine too.
        var (_, token) = await Edge.CreateTokenAsync(EdgeProcess.Owner, "--expires", "10s");
        await using var client = await ReadyAsync(token);

        await client.FailedAsync(4, "MP-1105");
        await FailsAsync(token, 4, "MP-1105");
    }

    [Fact]
    public async Task DisabledAccount_EndsItsSessionAndLetsNobodyIn()
    {
        await Edge.AddUserAsync("second@localhost");
        var (_, token) = await Edge.CreateTokenAsync("second@localhost");
        await using var client = await ReadyAsync(token);

        await Edge.AdministerAsync("user", "disable", "second@localhost");

        await client.FailedAsync(5, "MP-1106");
        await FailsAsync(token, 5, "MP-1106");
    }

    [Fact]
    public async Task TokenWithoutTheScope_MayNotHost()
    {
        var (_, token) = await Edge.CreateTokenAsync(EdgeProcess.Owner, "--scope", "tunnels:read");

        await FailsAsync(token, 5, "MP-1107");
    }

    [Fact]
    public async Task WrongTokensInARow_MakeTheirAddressWait()
    {
        await using var other = await EdgeProcess.StartAsync();
        for (var wrong = 1; wrong < 5; wrong++)
        {
            await FailsAsync(other.Token, 4, "MP-1103");
        }

        await FailsAsync(other.Token, 4, "MP-1108", "--fail-fast");

        // The right token from there waits too; it would be let in after a while, so the client does not give up.
        await using var client = ClientProcess.Start(_home.Environment(Edge), "tcp", "9");
        Assert.Equal("MP-1108", (await client.NextAsync("session.lost"))["code"]);
        await client.ReadyAsync();
    }

    private async Task<ClientProcess> ReadyAsync(string token)
    {
        var client = ClientProcess.Start(_home.Environment(Edge, token: token), "tcp", "9");
        try
        {
            await client.ReadyAsync();
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    private async Task FailsAsync(string token, int exit, string code, params string[] options)
    {
        await using var client = ClientProcess.Start(_home.Environment(Edge, token: token), ["tcp", "9", .. options]);
        await client.FailedAsync(exit, code);
    }
}
