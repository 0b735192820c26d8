using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mport.EndToEnd.Tests.Http;
using Mport.EndToEnd.Tests.Kit;
using Mport.EndToEnd.Tests.Tcp;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Recovery;

/// <summary>The connection between the programs breaks, and no visitor's connection does.</summary>
public sealed class ResumeTests
{
    private const int Cuts = 20;
    private const long CutEvery = 5_000_000;
    private const long Bytes = 128_000_000;
    private static readonly TimeSpan TransferLimit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task TwentyCutsInOneTransfer_BothWays_ChangeNothing()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var network = new FaultRelay(edge.TlsPort, TimeProvider.System);
        await using var target = TargetServers.Echo();
        using var home = new ClientHome();
        await using var client = ClientProcess.Start(home.Environment(edge, network.Port), "tcp", $"{target.Port}");
        using var visitor = await Visitor.ConnectAsync(await client.ReadyAsync());

        network.CutAfter(CutEvery);
        var returning = RandomData.ReceiveAsync(visitor, CancellationToken.None);
        var sending = RandomData.SendAsync(visitor, 7, Bytes, CancellationToken.None);
        for (var i = 0; i < Cuts; i++)
        {
            var resumed = await client.NextAsync("session.resumed", TransferLimit);
            Assert.InRange(long.Parse(resumed["duration_ms"]), 0, 10_000);
            network.CutAfter(CutEvery);
        }

        var sent = await sending.Limited("a visitor to send through twenty cuts", TransferLimit);
        visitor.Shutdown(SocketShutdown.Send);

        Assert.Equal((Bytes, sent), await returning.Limited("all of it to come back", TransferLimit));
        Assert.DoesNotContain(client.Events, one => one.Name == "session.lost");
        Assert.Contains("goes on over another connection", string.Join('\n', edge.Log.Lines), StringComparison.Ordinal);
        edge.AssertNoErrorLogged();
    }

    [Fact]
    public async Task ConnectionThatTheEdgeStillHolds_IsReplacedAtOnce() // REL-12
    {
        await using var setting = await SettingAsync();

        setting.Network.HalfOpenServer();

        await setting.Client.NextAsync("session.resumed");
        await EchoesAsync(setting.Visitor);
    }

    [Fact]
    public async Task ClientThatSleeps_GoesOn_WhenItWakesWithinTheGraceTime() // REL-25
    {
        await using var setting = await SettingAsync();
        setting.Client.Send(Signal.Stop);
        setting.Network.Cut();
        await setting.AwayAsync();

        setting.Client.Send(Signal.Continue);

        await setting.Client.NextAsync("session.resumed");
        await EchoesAsync(setting.Visitor);
        Assert.DoesNotContain(setting.Client.Events, one => one.Name == "session.lost");
    }

    [Fact]
    public async Task ClientThatSleepsTooLong_ComesBackWithItsAddress() // REL-25
    {
        await using var setting = await SettingAsync("--resume-grace", "1s");
        setting.Client.Send(Signal.Stop);
        setting.Network.Cut();
        await setting.Edge.Log.FirstAsync(line => line.Contains("SessionRegistry[1202]", StringComparison.Ordinal), "the edge to end the session");

        setting.Client.Send(Signal.Continue);

        await setting.Client.NextAsync("session.lost");
        Assert.Equal(setting.Url, await setting.Client.ReadyAsync());
        Assert.Equal("works", await Visitor.ExchangeAsync(setting.Url, "works"));
    }

    [Fact]
    public async Task ClientToldToStop_WhileTheNetworkIsAway_EndsAtOnce() // REL-20
    {
        await using var setting = await SettingAsync();
        setting.Network.Refuse();
        setting.Network.Cut();
        await setting.Client.NextAsync("session.suspended");

        setting.Client.Send(Signal.Terminate);

        Assert.Equal(0, await setting.Client.ExitAsync());
    }

    [Fact]
    public async Task EdgeToldToStop_DoesNotWaitForAClientThatIsAway() // REL-18
    {
        await using var setting = await SettingAsync("--drain", "1h");
        setting.Network.Refuse();
        setting.Network.Cut();
        await setting.AwayAsync();

        Assert.Equal(0, await setting.Edge.StopAsync());
    }

    [Fact]
    public async Task ClientKilled_VisitorsHearOfItWithinASecond() // REL-02
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = await WebTarget.StartAsync();
        await using var tunnel = await ServedTunnel.HttpAsync(edge, target.Port);
        using var visitor = new WebVisitor(edge);
        using (var before = new HttpRequestMessage(HttpMethod.Get, tunnel.Url))
        using (await visitor.SendAsync(before))
        {
            // A stream to the client is kept from here on.
        }

        await tunnel.Client.KillAsync();
        var (_, first) = await edge.Log.FirstAsync(line => line.Contains("[1211]", StringComparison.Ordinal), "the edge to notice");
        await edge.Log.FirstAsync(line => line.Contains("[1211]", StringComparison.Ordinal), "the edge to notice on the second carrier", first + 1);
        var began = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Get, tunnel.Url);
        using var answer = await visitor.SendAsync(request);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task OneCarrier_IsEnough()
    {
        await using var edge = await EdgeProcess.StartAsync("--max-carriers", "1");
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port, "--carriers", "8");

        Assert.Equal("works", await Visitor.ExchangeAsync(tunnel.Url, "works"));
    }

    private static async Task<Setting> SettingAsync(params string[] options)
    {
        var edge = await EdgeProcess.StartAsync(options);
        var network = new FaultRelay(edge.TlsPort, TimeProvider.System);
        var target = TargetServers.Echo();
        var home = new ClientHome();
        var client = ClientProcess.Start(home.Environment(edge, network.Port), "tcp", $"{target.Port}");
        var url = await client.ReadyAsync();
        var visitor = await Visitor.ConnectAsync(url);
        await EchoesAsync(visitor);
        return new Setting(edge, network, target, home, client, url, visitor);
    }

    private static async Task EchoesAsync(Socket visitor)
    {
        await TargetServers.SendAllAsync(visitor, "still here"u8.ToArray(), CancellationToken.None);
        await Visitor.ReadAsync(visitor, "still here".Length);
    }

    private sealed record Setting(
        EdgeProcess Edge, FaultRelay Network, ScriptedServer Target, ClientHome Home, ClientProcess Client, Uri Url, Socket Visitor) : IAsyncDisposable
    {
        /// <summary>The edge knows that the client's connection is broken.</summary>
        public Task<(string Line, int Number)> AwayAsync() => Edge.Log.FirstAsync(line => line.Contains("[1211]", StringComparison.Ordinal), "the edge to notice the broken connection");

        public async ValueTask DisposeAsync()
        {
            Visitor.Dispose();
            await Client.DisposeAsync();
            await Network.DisposeAsync();
            await Edge.DisposeAsync();
            await Target.DisposeAsync();
            Home.Dispose();
        }
    }
}
