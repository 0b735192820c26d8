using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Api;

/// <summary>Clients that run follow what is changed through the API.</summary>
public sealed class FollowingTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);
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
    public async Task StoppedTunnel_ClosesAtTheClient_AndOpensAgainAtTheSameAddressWhenItIsStarted()
    {
        var curl = new Curl(Edge);
        await using var client = ClientProcess.Start(Edge, _home, "tcp", "9", "--name", "nine");
        var url = await client.ReadyAsync();
        var id = Assert.Single(await curl.IdsAsync("tunnels"));

        await curl.SendAsync("POST", $"tunnels/{id}/stop");
        var closed = await client.NextAsync("tunnel.closed", Soon);
        await curl.SendAsync("POST", $"tunnels/{id}/start");

        Assert.Equal("nine", closed["tunnel"]);
        Assert.Equal(url, await client.ReadyAsync(Soon));
    }

    [Fact]
    public async Task StartedTunnel_OpensAtOnce_AtAClientThatWasRefusedBefore()
    {
        var curl = new Curl(Edge);
        var made = await curl.SendAsync("POST", "tunnels", """{"name":"nine","proto":"tcp"}""");
        var id = made.GetProperty("id").GetString();
        await curl.SendAsync("POST", $"tunnels/{id}/stop");
        await using var client = ClientProcess.Start(Edge, _home, "tcp", "9", "--name", "nine");

        // Nothing listens at the target, which the client says too, before or after.
        var refused = await client.NextAsync("error");
        refused = refused["code"] == "MP-1307" ? await client.NextAsync("error") : refused;
        Assert.Equal("MP-1211", refused["code"]);

        await curl.SendAsync("POST", $"tunnels/{id}/start");

        Assert.Equal(made.GetProperty("port").GetInt32(), (await client.ReadyAsync(Soon)).Port);
    }

    [Fact]
    public async Task DeletedTunnel_EndsItsClient()
    {
        var curl = new Curl(Edge);
        await using var client = ClientProcess.Start(Edge, _home, "tcp", "9", "--name", "nine");
        await client.ReadyAsync();

        await curl.SendAsync("DELETE", "tunnels/" + Assert.Single(await curl.IdsAsync("tunnels")));

        Assert.Equal(5, await client.ExitAsync(Soon));
    }

    [Fact]
    public async Task OtherSubdomain_IsServedAtOnce()
    {
        var curl = new Curl(Edge);
        await using var client = ClientProcess.Start(Edge, _home, "http", "9", "--name", "web");
        await client.ReadyAsync();

        await curl.SendAsync("PATCH", "tunnels/" + Assert.Single(await curl.IdsAsync("tunnels")), """{"subdomain":"fresh"}""");

        Assert.Equal("fresh.localhost", (await client.ReadyAsync(Soon + TimeSpan.FromSeconds(1))).Host);
    }

    [Fact]
    public async Task TokenRevokedThroughTheApi_EndsItsSession()
    {
        var curl = new Curl(Edge);
        var made = await curl.SendAsync("POST", "tokens", """{"name":"agent"}""");
        await using var client = ClientProcess.Start(_home.Environment(Edge, token: made.GetProperty("token").GetString()), "tcp", "9");
        await client.ReadyAsync();

        await curl.SendAsync("DELETE", "tokens/" + made.GetProperty("id").GetString());

        Assert.Equal(4, await client.ExitAsync(Soon));
    }

    [Fact]
    public async Task AccountDisabledThroughTheApi_LosesItsSessions()
    {
        var curl = new Curl(Edge);
        var user = (await curl.SendAsync("POST", "users", """{"email":"ann@example.com"}""")).GetProperty("id").GetString();
        var (_, token) = await Edge.CreateTokenAsync("ann@example.com");
        await using var client = ClientProcess.Start(_home.Environment(Edge, token: token), "tcp", "9");
        await client.ReadyAsync();

        await curl.SendAsync("PATCH", "users/" + user, """{"disabled":true}""");

        Assert.Equal(5, await client.ExitAsync(Soon));
    }
}
