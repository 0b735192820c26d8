using Mport.EndToEnd.Tests.Kit;
using Mport.EndToEnd.Tests.Tcp;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Recovery;

/// <summary>Either program dies, or the network between them does.</summary>
public sealed class RestartTests
{
    // Either side notices within 30 s of silence; what comes on top is a busy machine.
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("tcp")]
    [InlineData("http")]
    public async Task ClientKilledAndStartedAgain_HasItsAddressAgain(string kind)
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = TargetServers.Echo();
        using var home = new ClientHome();
        await using var killed = ClientProcess.Start(edge, home, kind, $"{target.Port}");
        var url = await killed.ReadyAsync();
        await killed.KillAsync();

        await using var client = ClientProcess.Start(edge, home, kind, $"{target.Port}");

        Assert.Equal(url, await client.ReadyAsync());
        if (kind == "tcp")
        {
            Assert.Equal("works", await Visitor.ExchangeAsync(url, "works"));
        }
    }

    [Fact]
    public async Task EdgeKilledAndStartedAgain_ClientComesBackWithTheSameAddress()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        await edge.KillAsync();
        await tunnel.Client.NextAsync("session.lost");

        await edge.StartAgainAsync();

        Assert.Equal(tunnel.Url, await tunnel.Client.ReadyAsync());
        Assert.Equal("works", await Visitor.ExchangeAsync(tunnel.Url, "works"));
    }

    [Fact]
    public async Task ClientStartedBeforeTheEdge_ConnectsWhenItIsThere()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await edge.StopAsync();
        await using var target = TargetServers.Echo();
        using var home = new ClientHome();
        await using var client = ClientProcess.Start(edge, home, "tcp", $"{target.Port}");
        Assert.Equal("MP-1301", (await client.NextAsync("session.lost"))["code"]);
        await client.NextAsync("session.lost");

        await edge.StartAgainAsync();

        var url = await client.ReadyAsync();
        Assert.Equal("works", await Visitor.ExchangeAsync(url, "works"));
    }

    [Fact]
    public async Task BlackHoleBetweenThem_BothNoticeAndRecover()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var network = new FaultRelay(edge.TlsPort, TimeProvider.System);
        await using var target = TargetServers.Echo();
        using var home = new ClientHome();
        await using var client = ClientProcess.Start(home.Environment(edge, network.Port), "tcp", $"{target.Port}");
        var url = await client.ReadyAsync();
        network.BlackHole();

        var ended = edge.Log.FirstAsync(line => line.Contains("SessionRegistry[1202]", StringComparison.Ordinal), "the edge to end the silent session", limit: SilenceLimit);
        Assert.Equal("MP-1407", (await client.NextAsync("session.lost", SilenceLimit))["code"]);
        Assert.Contains("MP-1407", (await ended).Line, StringComparison.Ordinal);

        network.Restore();
        Assert.Equal(url, await client.ReadyAsync());
        Assert.Equal("works", await Visitor.ExchangeAsync(url, "works"));
    }

    [Fact]
    public async Task ConnectionCut_ClientReconnects()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var network = new FaultRelay(edge.TlsPort, TimeProvider.System);
        await using var target = TargetServers.Echo();
        using var home = new ClientHome();
        await using var client = ClientProcess.Start(home.Environment(edge, network.Port), "tcp", $"{target.Port}");
        var url = await client.ReadyAsync();

        network.Cut();

        await client.NextAsync("session.lost");
        Assert.Equal(url, await client.ReadyAsync());
        Assert.Equal("works", await Visitor.ExchangeAsync(url, "works"));
    }
}
