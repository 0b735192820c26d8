using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Accounts;

/// <summary>What becomes of a deleted account's clients, names and ports. The edge belongs to each test alone.</summary>
public sealed class RemovedAccountTests : IAsyncLifetime
{
    private const string Ann = "ann@localhost", Bob = "bob@localhost";
    private readonly ClientHome _home = new();
    private readonly ClientHome _other = new();
    private EdgeProcess? _edge;

    private EdgeProcess Edge => _edge ?? throw new InvalidOperationException("The edge has not started.");

    public async ValueTask InitializeAsync()
    {
        _edge = await EdgeProcess.StartAsync();
        await _edge.AddUserAsync(Ann);
        await _edge.AddUserAsync(Bob);
    }

    public async ValueTask DisposeAsync()
    {
        _home.Dispose();
        _other.Dispose();
        if (_edge is not null)
        {
            await _edge.DisposeAsync();
            _edge.AssertNoErrorLogged();
        }
    }

    [Fact]
    public async Task ItsClientsEnd_AndNobodyElseGetsItsPort() // SEC-43, SEC-44, SEC-68
    {
        var port = $"{Edge.TcpPorts.First}";
        var (_, token) = await Edge.CreateTokenAsync(Ann);
        var (_, others) = await Edge.CreateTokenAsync(Bob);
        await using var client = ClientProcess.Start(_home.Environment(Edge, token: token), "tcp", "9", "--remote-port", port);
        await client.ReadyAsync();

        await Edge.AdministerAsync("user", "remove", Ann);

        await client.FailedAsync(4, "MP-1103");
        await using var late = ClientProcess.Start(_home.Environment(Edge, token: token), "tcp", "9");
        await late.FailedAsync(4, "MP-1103");
        await using var taker = ClientProcess.Start(_other.Environment(Edge, token: others), "tcp", "9", "--remote-port", port, "--fail-fast");
        await taker.FailedAsync(6, "MP-1207");
        Assert.DoesNotContain(Ann, await Edge.AdministerAsync("user", "list"), StringComparison.Ordinal);
        Assert.Contains("whole", await Edge.AdministerAsync("audit", "verify"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ItsTunnelsAndReservations_GoToWhomTheyAreGiven()
    {
        var (_, token) = await Edge.CreateTokenAsync(Ann);
        var (_, others) = await Edge.CreateTokenAsync(Bob);
        await using var client = ClientProcess.Start(_home.Environment(Edge, token: token), "http", "9", "--subdomain", "shop");
        await client.ReadyAsync();
        await Edge.AdministerAsync("reservation", "add", "--user", Ann, "--subdomain", "blog");

        await Edge.AdministerAsync("user", "remove", Ann, "--transfer-to", Bob);

        await client.FailedAsync(4, "MP-1103");
        Assert.Contains(Bob, await Edge.AdministerAsync("reservation", "list"), StringComparison.Ordinal);
        foreach (var name in (string[])["shop", "blog"])
        {
            await using var heir = ClientProcess.Start(_other.Environment(Edge, token: others), "http", "9", "--subdomain", name, "--name", name);
            await heir.ReadyAsync();
        }
    }

    [Fact]
    public async Task ReservedName_IsServedByItsAccountAlone()
    {
        var (_, token) = await Edge.CreateTokenAsync(Ann);
        var (_, others) = await Edge.CreateTokenAsync(Bob);
        await Edge.AdministerAsync("reservation", "add", "--user", Ann, "--subdomain", "shop");

        await using var stranger = ClientProcess.Start(_other.Environment(Edge, token: others), "http", "9", "--subdomain", "shop");
        await stranger.FailedAsync(6, "MP-1203");
        await using var client = ClientProcess.Start(_home.Environment(Edge, token: token), "http", "9", "--subdomain", "shop");
        await client.ReadyAsync();
    }
}
