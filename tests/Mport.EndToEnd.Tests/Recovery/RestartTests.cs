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
    public async Task ClientKilledAndStartedAgain_HasItsAddressAgain(string kind) // REL-02
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
    public async Task EdgeKilledAndStartedAgain_ClientComesBackWithTheSameAddress() // REL-01
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        await edge.KillAsync();
        await tunnel.Client.NextAsync("session.suspended");

        await edge.StartAgainAsync();

        // The new process does not know the session: another one follows.
        Assert.Equal("MP-1417", (await tunnel.Client.NextAsync("session.lost"))["code"]);
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
    public async Task BlackHoleBetweenThem_BothNotice_AndNothingIsLost() // REL-11
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var network = new FaultRelay(edge.TlsPort, TimeProvider.System);
        await using var target = TargetServers.Echo();
        using var home = new ClientHome();
        await using var client = ClientProcess.Start(home.Environment(edge, network.Port), "tcp", $"{target.Port}");
        var url = await client.ReadyAsync();
        using var visitor = await Visitor.ConnectAsync(url);
        await EchoesAsync(visitor);
        network.BlackHole();

        var noticed = edge.Log.FirstAsync(line => line.Contains("[1211]", StringComparison.Ordinal), "the edge to notice the silence", limit: SilenceLimit);
        await client.NextAsync("session.suspended", SilenceLimit);
        Assert.Contains("MP-1407", (await noticed).Line, StringComparison.Ordinal);

        network.Restore();
        await client.NextAsync("session.resumed");
        await EchoesAsync(visitor);
        Assert.DoesNotContain(client.Events, one => one.Name == "session.lost");
    }

    [Fact]
    public async Task ConnectionCut_WithoutResume_ClientReconnects()
    {
        await using var edge = await EdgeProcess.StartAsync("--resume-grace", "0s");
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

    private static async Task EchoesAsync(System.Net.Sockets.Socket visitor)
    {
        await TargetServers.SendAllAsync(visitor, "still here"u8.ToArray(), CancellationToken.None);
        await Visitor.ReadAsync(visitor, "still here".Length);
    }
}
