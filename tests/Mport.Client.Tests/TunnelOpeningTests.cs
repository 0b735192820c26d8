using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Testing;

namespace Mport.Client.Tests;

public sealed class TunnelOpeningTests
{
    private static readonly Failure Taken = Failure.Of(TunnelErrors.PortTaken, retry: true);
    private static readonly Failure Reserved = Failure.Of(TunnelErrors.NameReserved);

    [Fact]
    public async Task TwoTunnels_AreAskedForAndReady()
    {
        await using var edge = new FakeEdge();
        var web = new TunnelSpec { Name = "web", Kind = TunnelKind.Http, Target = new TargetAddress("localhost", 3000), Subdomain = "shop" };
        var adb = RunningClient.Tcp(5555) with { RemotePort = 20555, Takeover = true };
        await using var client = RunningClient.Start(edge, web, adb);
        var session = await edge.SessionAsync();

        var first = await session.OpenTunnelAsync(1);
        var second = await session.OpenTunnelAsync(2);

        Assert.Equal(("web", "http", "shop", "localhost:3000"), (first.Name, first.Proto, first.Subdomain, first.Target));
        Assert.Equal(("tcp-5555", "tcp", 20555, true), (second.Name, second.Proto, second.RemotePort, second.Takeover));
        Assert.Equal("tcp://localhost:20001", (await client.Events.NextAsync<TunnelReady>()).Url);
        Assert.Equal(adb, (await client.Events.NextAsync<TunnelReady>()).Tunnel);
        Assert.Equal(ClientState.Online, client.Client.Status.State);
        Assert.Equal(["tcp://localhost:20001", "tcp://localhost:20002"], client.Client.Status.Tunnels.SelectMany(tunnel => tunnel.Urls));
    }

    [Fact]
    public async Task Hello_CarriesTheIdsAndTheToken()
    {
        await using var edge = new FakeEdge();
        await using var one = RunningClient.Start(edge);
        var first = (await edge.SessionAsync()).Hello;
        await using var two = RunningClient.Start(edge);
        var second = (await edge.SessionAsync()).Hello;

        Assert.Equal("mpt_for_a_test", first.Token.Reveal());
        Assert.Equal("test-client", first.ClientId);
        Assert.NotEqual(first.Instance, second.Instance);
    }

    [Fact]
    public async Task FinalRefusalOfOne_LeavesTheOtherAlone()
    {
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(1, "a"), RunningClient.Tcp(2, "b"));
        var session = await edge.SessionAsync();

        await session.RefuseTunnelAsync(Reserved);
        await session.OpenTunnelAsync(1);

        Assert.Equal(Reserved.Code, (await client.Events.NextAsync<TunnelNotOpened>()).Failure.Code);
        Assert.Equal("b", (await client.Events.NextAsync<TunnelReady>()).Tunnel.Name);
    }

    [Fact]
    public async Task FinalRefusalOfAll_EndsTheRunWithTheFirst()
    {
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(1, "a"), RunningClient.Tcp(2, "b"));
        var session = await edge.SessionAsync();

        await session.RefuseTunnelAsync(Reserved);
        await session.RefuseTunnelAsync(Failure.Of(TunnelErrors.NameTaken));

        Assert.Equal(Reserved.Code, (await client.FailureAsync()).Code);
        Assert.Equal(ClientState.Ended, client.Client.Status.State);
    }

    [Fact]
    public async Task TakenPort_IsAskedForAgainAfter30Seconds_Rel38() // REL-38
    {
        var time = new ManualTimeProvider();

        // Not 60: half of the heartbeat's wait would be left after the first retry, and be taken for the next one's timer.
        await using var edge = new FakeEdge { Welcome = welcome => welcome with { Heartbeat = 59 } };
        await using var client = RunningClient.Start(RunningClient.Options(edge.Port, edge.Pin), time: time);
        var session = await edge.SessionAsync();
        for (var i = 0; i < 3; i++)
        {
            await session.RefuseTunnelAsync(Taken);
            Assert.Equal(Taken.Code, (await client.Events.NextAsync<TunnelNotOpened>()).Failure.Code);
            await time.WhenTimerAsync(due => due == TimeSpan.FromSeconds(30)).Limited("the wait before the next request");
            time.Advance(TimeSpan.FromSeconds(30));
        }

        await session.OpenTunnelAsync(1);

        await client.Events.NextAsync<TunnelReady>();
        Assert.Equal(1, edge.Greetings);
    }

    [Fact]
    public async Task FailFast_RefusedTunnel_EndsTheRun()
    {
        await using var edge = new FakeEdge();
        var options = RunningClient.Options(edge.Port, edge.Pin, RunningClient.Tcp(1, "a"), RunningClient.Tcp(2, "b")) with { FailFast = true };
        await using var client = RunningClient.Start(options);

        await (await edge.SessionAsync()).RefuseTunnelAsync(Taken);

        Assert.Equal(Taken.Code, (await client.FailureAsync()).Code);
    }

    [Fact]
    public async Task TakenOver_TheLoserEndsAndDoesNotFightBack_Rel40()
    {
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(1, "a"));
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        await client.Events.NextAsync<TunnelReady>();

        await session.SendAsync(new TunnelClosed { Number = 1, Code = TunnelErrors.TunnelTakenOver.Code.ToString(), Text = "Taken over by host b." });

        Assert.Equal("Taken over by host b.", (await client.Events.NextAsync<TunnelEnded>()).Failure.Text);
        Assert.Equal(TunnelErrors.TunnelTakenOver.Code, (await client.FailureAsync()).Code);
        Assert.IsType<Goodbye>(await session.ReceiveAsync<ControlMessage>());
        Assert.Equal(1, edge.Greetings);
    }

    [Fact]
    public async Task TakenOver_OneOfTwo_TheSessionGoesOnWithoutIt_AlsoAfterAReconnect_Rel40()
    {
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(1, "a"), RunningClient.Tcp(2, "b"));
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        await session.OpenTunnelAsync(2);
        await session.SendAsync(new TunnelClosed { Number = 1, Code = TunnelErrors.TunnelTakenOver.Code.ToString(), Text = "Taken over." });
        await client.Events.NextAsync<TunnelEnded>();
        Assert.Empty(client.Client.Status.Tunnels[0].Urls);

        session.Carrier.Close(Failure.Of(ConnectionErrors.ConnectionLost));
        var next = await edge.SessionAsync();

        Assert.Equal("b", (await next.OpenTunnelAsync(1)).Name);
        await client.Events.NextAsync<TunnelReady>();
        await client.StopAsync();
        await next.ReceiveAsync<Goodbye>();
    }

    [Fact]
    public async Task ClosedButWelcomeBack_IsAskedForAgain()
    {
        var time = new ManualTimeProvider();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(RunningClient.Options(edge.Port, edge.Pin), time: time);
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);

        await session.SendAsync(new TunnelClosed { Number = 1, Code = TunnelErrors.TunnelClosedByEdge.Code.ToString(), Text = "The port changes.", Retry = true });
        await time.WhenTimerAsync(due => due == TimeSpan.FromSeconds(1)).Limited("the wait before the next request");
        time.Advance(TimeSpan.FromSeconds(1));

        await session.OpenTunnelAsync(2);
        Assert.Equal("tcp://localhost:20001", (await client.Events.NextAsync<TunnelReady>()).Url);
        Assert.Equal("tcp://localhost:20002", (await client.Events.NextAsync<TunnelReady>()).Url);
    }

    [Fact]
    public async Task Notice_IsTold()
    {
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge);

        await (await edge.SessionAsync()).SendAsync(new Notice { Level = "warning", Text = "Maintenance at noon." });

        Assert.Equal(new EdgeNotice("warning", "Maintenance at noon."), await client.Events.NextAsync<EdgeNotice>());
    }

    [Fact]
    public void OptionsWithoutTunnels_OrWithANameTwice_AreRefused()
    {
        var options = RunningClient.Options(1, null);

        Assert.Throws<ArgumentException>(() => new TunnelClient(options with { Tunnels = [] }, new EventLog(), TimeProvider.System));
        Assert.Throws<ArgumentException>(() =>
            new TunnelClient(options with { Tunnels = [RunningClient.Tcp(1, "a"), RunningClient.Tcp(2, "a")] }, new EventLog(), TimeProvider.System));
    }

    [Fact]
    public async Task EdgeThatSaysSo_IsAskedAgainAtOnce()
    {
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(1, "a"));
        var session = await edge.SessionAsync();
        await session.RefuseTunnelAsync(Taken);
        await client.Events.NextAsync<TunnelNotOpened>();

        // No time passes: without the message the client would wait for half a minute of the clock.
        await session.SendAsync(new AskAgain());

        Assert.Equal("a", (await session.OpenTunnelAsync(1)).Name);
        Assert.Equal("a", (await client.Events.NextAsync<TunnelReady>()).Tunnel.Name);
    }
}
