using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Protocol.Streams;
using Mport.Testing;

namespace Mport.Client.Tests;

public sealed class ReconnectingTests
{
    [Fact]
    public async Task CutConnection_IsToldAndDialledAgain_WithTheSameTunnel_Rel1()
    {
        await using var edge = new FakeEdge();
        await using var relay = new FaultRelay(edge.Port, TimeProvider.System);
        await using var client = RunningClient.Start(RunningClient.Options(relay.Port, edge.Pin));
        var first = await (await edge.SessionAsync()).OpenTunnelAsync(1);
        await client.Events.NextAsync<TunnelReady>();

        relay.Cut();

        var lost = await client.Events.NextAsync<SessionLost>();
        Assert.Equal(ConnectionErrors.ConnectionLost.Code, lost.Failure.Code);
        Assert.Equal(1, lost.Attempt);
        Assert.Equal(2, (await client.Events.NextAsync<Connecting>()).Attempt);
        var again = await (await edge.SessionAsync()).OpenTunnelAsync(1);
        Assert.Equal(first.Name, again.Name);
        await client.Events.NextAsync<TunnelReady>();
    }

    [Fact]
    public async Task ClientBeforeTheEdge_WaitsAndConnects()
    {
        await using var edge = new FakeEdge();
        await using var relay = new FaultRelay(edge.Port, TimeProvider.System);
        relay.Refuse();
        await using var client = RunningClient.Start(RunningClient.Options(relay.Port, edge.Pin));
        await client.Events.NextAsync<SessionLost>();
        await client.Events.NextAsync<SessionLost>();
        Assert.Equal(ClientState.Connecting, client.Client.Status.State);

        relay.Restore();

        await (await edge.SessionAsync()).OpenTunnelAsync(1);
        await client.Events.NextAsync<TunnelReady>();
    }

    [Fact]
    public async Task BlackHole_IsNoticedWithin30Seconds_AndTheNextSessionWorks_Rel11()
    {
        var time = new ManualTimeProvider();
        await using var target = TargetServers.Echo();
        await using var edge = new FakeEdge();
        await using var relay = new FaultRelay(edge.Port, TimeProvider.System);
        await using var client = RunningClient.Start(RunningClient.Options(relay.Port, edge.Pin, RunningClient.Tcp(target.Port)), time: time);
        await (await edge.SessionAsync()).OpenTunnelAsync(1);
        await client.Events.NextAsync<TunnelReady>();

        relay.BlackHole();
        for (var i = 0; i < 3; i++)
        {
            // The heartbeat's own timer, and no shorter one: the clock must not move between its look at the time and its wait.
            await time.WhenTimerAsync(due => due == TimeSpan.FromSeconds(10)).Limited("the heartbeat's timer");
            time.Advance(TimeSpan.FromSeconds(10));
        }

        // At once: whoever is silent gets no farewell.
        Assert.Equal(ProtocolErrors.PeerSilent.Code, (await client.Events.NextAsync<SessionLost>()).Failure.Code);
        relay.Restore();

        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        Assert.Equal(StreamStatus.Connected, (await session.VisitAndReadAnswerAsync(1)).Answer.Status);
    }

    [Fact]
    public async Task FinalRefusal_EndsTheRun()
    {
        await using var edge = new FakeEdge { Admit = _ => Failure.Of(AccountErrors.TokenRevoked) };
        await using var client = RunningClient.Start(edge);

        Assert.Equal(AccountErrors.TokenRevoked.Code, (await client.FailureAsync()).Code);
        Assert.Equal(1, edge.Greetings);
    }

    [Fact]
    public async Task RefusalThatRetryingCanMend_IsRetriedAfterTheWaitThatTheEdgeNames()
    {
        var full = Failure.Of(ProtocolErrors.EdgeFull, retry: true) with { RetryAfter = TimeSpan.FromSeconds(5) };
        var time = new ManualTimeProvider();
        await using var edge = new FakeEdge { Admit = _ => full };
        await using var client = RunningClient.Start(RunningClient.Options(edge.Port, edge.Pin), time: time);
        Assert.Equal(TimeSpan.FromSeconds(5), (await client.Events.NextAsync<SessionLost>()).RetryIn);
        await time.WhenTimerAsync(due => due == TimeSpan.FromSeconds(5)).Limited("the wait before the next attempt");
        edge.Admit = _ => null;

        time.Advance(TimeSpan.FromSeconds(5));

        await edge.SessionAsync();
    }

    [Fact]
    public async Task FailFast_UnreachableEdge_EndsTheRun()
    {
        using var port = new ReservedPort();
        await using var client = RunningClient.Start(RunningClient.Options(port.Port, null) with { FailFast = true });

        Assert.Equal(ConnectionErrors.EdgeUnreachable.Code, (await client.FailureAsync()).Code);
    }

    [Theory]
    [InlineData("no length")]
    [InlineData("\u0000\u0000\u0000\u0004null")]
    [InlineData("\u0000\u0000\u0000\u0019{\"type\":\"tunnel_opened\"}xx")]
    [InlineData("\u007f\u0000\u0000\u0000")]
    public async Task GarbageOnTheControlStream_EndsTheSession_AndTheNextIsTried_Rel44(string garbage)
    {
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge);
        var session = await edge.SessionAsync();

        await session.ControlStream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(garbage), default).Limited("the garbage");

        Assert.Equal(ProtocolErrors.ControlInvalid.Code, (await client.Events.NextAsync<SessionLost>()).Failure.Code);
        await edge.SessionAsync();
    }

    [Fact]
    public async Task TunnelWithoutAddress_EndsTheSession_AndTheNextIsTried()
    {
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge);
        var session = await edge.SessionAsync();
        var request = await session.ReceiveAsync<OpenTunnel>();

        await session.SendAsync(new TunnelOpened { Request = request.Request, Tunnel = "tun_1", Number = 1, Urls = [] });

        Assert.Equal(ProtocolErrors.ControlInvalid.Code, (await client.Events.NextAsync<SessionLost>()).Failure.Code);
    }

    [Fact]
    public async Task ControlStreamEndedOrReset_TheNextSessionIsTried_Rel44()
    {
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge);

        (await edge.SessionAsync()).ControlStream.CompleteWrites();
        Assert.Equal(ProtocolErrors.SessionClosed.Code, (await client.Events.NextAsync<SessionLost>()).Failure.Code);
        (await edge.SessionAsync()).ControlStream.Reset();
        Assert.Equal(ConnectionErrors.ConnectionLost.Code, (await client.Events.NextAsync<SessionLost>()).Failure.Code);

        await edge.SessionAsync();
    }

    [Fact]
    public async Task Draining_TheOldStreamsGoOnBesideTheNewSession_Rel18()
    {
        await using var target = TargetServers.Echo();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(target.Port));
        var old = await edge.SessionAsync();
        await old.OpenTunnelAsync(1);
        var (stream, _) = await old.VisitAndReadAnswerAsync(1);

        await old.SendAsync(new Goodbye { Code = ProtocolErrors.EdgeDraining.Code.ToString(), Text = "The edge is updated.", Retry = true });
        Assert.Equal("The edge is updated.", (await client.Events.NextAsync<SessionDraining>()).Text);
        var next = await edge.SessionAsync();
        await next.OpenTunnelAsync(5);
        await stream.WriteAsync("still here"u8.ToArray(), default).Limited("a write on the old session");
        await stream.AsStream().ReadExactlyAsync(new byte[10]).Limited("the echo on the old session");
        Assert.Equal(StreamStatus.Connected, (await next.VisitAndReadAnswerAsync(5)).Answer.Status);
        stream.CompleteWrites();

        await old.Ended;
        Assert.DoesNotContain(client.Events.All, one => one is SessionLost);
        Assert.Equal(["tcp://localhost:20005"], client.Client.Status.Tunnels[0].Urls);
    }

    [Fact]
    public async Task DrainingWithLinger_TheOldSessionTakesVisitorsAfterItsLastStream_Rel18()
    {
        var time = new ManualTimeProvider();
        await using var target = TargetServers.Echo();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(RunningClient.Options(edge.Port, edge.Pin, RunningClient.Tcp(target.Port)), time: time);
        var old = await edge.SessionAsync();
        await old.OpenTunnelAsync(1);
        await old.SendAsync(new Goodbye { Code = ProtocolErrors.EdgeDraining.Code.ToString(), Text = "The edge is updated.", Retry = true, Linger = 60 });
        await client.Events.NextAsync<SessionDraining>();
        var next = await edge.SessionAsync();
        await next.OpenTunnelAsync(5);
        var (first, _) = await old.VisitAndReadAnswerAsync(1);
        first.CompleteWrites();
        await client.Events.NextAsync<ConnectionClosed>();

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(StreamStatus.Connected, (await old.VisitAndReadAnswerAsync(1)).Answer.Status);
    }

    [Fact]
    public async Task GoodbyeForGood_EndsTheRunAndItsStreams_Rel60()
    {
        await using var target = TargetServers.Stalls();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(target.Port));
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        await session.VisitAndReadAnswerAsync(1);

        await session.SendAsync(new Goodbye { Code = AccountErrors.TokenRevoked.Code.ToString(), Text = "The token was revoked." });

        Assert.Equal(AccountErrors.TokenRevoked.Code, (await client.FailureAsync()).Code);
        Assert.NotNull((await client.Events.NextAsync<ConnectionClosed>()).Failure);
        Assert.Equal(1, edge.Greetings);
    }

    [Fact]
    public async Task SingleByteSegments_ChangeNothing_Rel51()
    {
        await using var target = TargetServers.Echo();
        await using var edge = new FakeEdge();
        await using var relay = new FaultRelay(edge.Port, TimeProvider.System) { SliceBytes = 1 };
        await using var client = RunningClient.Start(RunningClient.Options(relay.Port, edge.Pin, RunningClient.Tcp(target.Port)));
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        var (stream, _) = await session.VisitAndReadAnswerAsync(1);
        var sent = new byte[5000];
        Random.Shared.NextBytes(sent);

        await stream.WriteAsync(sent, default).Limited("the bytes to go");
        var back = new byte[sent.Length];
        await stream.AsStream().ReadExactlyAsync(back).Limited("the bytes to come back");

        Assert.Equal(sent, back);
    }

    [Fact]
    public async Task CutAnywhere_TheClientComesBack()
    {
        await using var edge = new FakeEdge();
        await using var relay = new FaultRelay(edge.Port, TimeProvider.System);
        for (var bytes = 1; bytes < 4000; bytes += 331)
        {
            relay.CutAfter(bytes);
            await using var client = RunningClient.Start(RunningClient.Options(relay.Port, edge.Pin));
            await client.Events.NextAsync<SessionConnected>();
            await client.StopAsync();
            await client.EndAsync();
        }
    }

    [Fact]
    public async Task TwoClients_WorkSideBySide()
    {
        await using var target = TargetServers.Echo();
        await using var edge = new FakeEdge();
        await using var one = RunningClient.Start(edge, RunningClient.Tcp(target.Port, "a"));
        var first = await edge.SessionAsync();
        await using var two = RunningClient.Start(edge, RunningClient.Tcp(target.Port, "b"));
        var second = await edge.SessionAsync();
        await first.OpenTunnelAsync(1);
        await second.OpenTunnelAsync(1);

        Assert.Equal(StreamStatus.Connected, (await first.VisitAndReadAnswerAsync(1)).Answer.Status);
        Assert.Equal(StreamStatus.Connected, (await second.VisitAndReadAnswerAsync(1)).Answer.Status);
        Assert.DoesNotContain(one.Events.All.Concat(two.Events.All), happened => happened is SessionLost);
    }
}
