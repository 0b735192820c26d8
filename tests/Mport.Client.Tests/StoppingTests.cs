using Mport.Protocol;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Testing;

namespace Mport.Client.Tests;

public sealed class StoppingTests
{
    [Fact]
    public async Task Idle_SaysGoodbyeAndEndsAtOnce_Rel20()
    {
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(RunningClient.Options(edge.Port, edge.Pin), time: new ManualTimeProvider());
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        await client.Events.NextAsync<TunnelReady>();

        await client.StopAsync();

        Assert.Null((await session.ReceiveAsync<Goodbye>()).Code);
        Assert.Null((await client.EndAsync()).Failure);
        Assert.Equal(ProtocolErrors.SessionClosed.Code, (await session.Ended).Code);
        Assert.Equal(ClientState.Ended, client.Client.Status.State);
    }

    [Fact]
    public async Task OpenStream_MayFinish_AndThenTheRunEndsEarly_Rel20()
    {
        await using var target = TargetServers.Echo();
        await using var edge = new FakeEdge();
        var options = RunningClient.Options(edge.Port, edge.Pin, RunningClient.Tcp(target.Port)) with { Drain = TimeSpan.FromSeconds(7) };
        await using var client = RunningClient.Start(options, time: new ManualTimeProvider());
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        var (stream, _) = await session.VisitAndReadAnswerAsync(1);

        await client.StopAsync();
        Assert.Equal(1, (await session.ReceiveAsync<CloseTunnel>()).Number);
        await stream.WriteAsync("late"u8.ToArray(), default).Limited("a write after the stop");
        await stream.AsStream().ReadExactlyAsync(new byte[4]).Limited("the echo after the stop");
        stream.CompleteWrites();

        await session.ReceiveAsync<Goodbye>();
        Assert.Null((await client.EndAsync()).Failure);
        Assert.Null((await client.Events.NextAsync<ConnectionClosed>()).Failure);
    }

    [Fact]
    public async Task OpenStream_EndsWithTheDrainTime_Rel20()
    {
        var time = new ManualTimeProvider();
        await using var target = TargetServers.Stalls();
        await using var edge = new FakeEdge();
        var options = RunningClient.Options(edge.Port, edge.Pin, RunningClient.Tcp(target.Port)) with { Drain = TimeSpan.FromSeconds(7) };
        await using var client = RunningClient.Start(options, time: time);
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        var (stream, _) = await session.VisitAndReadAnswerAsync(1);

        await client.StopAsync();
        await session.ReceiveAsync<CloseTunnel>();
        await time.WhenTimerAsync(due => due == TimeSpan.FromSeconds(7)).Limited("the drain timer");
        time.Advance(TimeSpan.FromSeconds(7));

        Assert.Null((await client.EndAsync()).Failure);
        await Assert.ThrowsAsync<StreamException>(() => stream.ReadAsync(new byte[1], default).Limited("the end of the stream"));
    }

    [Fact]
    public async Task NewStreamWhileStopping_IsReset()
    {
        await using var target = TargetServers.Stalls();
        await using var edge = new FakeEdge();
        var options = RunningClient.Options(edge.Port, edge.Pin, RunningClient.Tcp(target.Port)) with { Drain = TimeSpan.FromSeconds(7) };
        await using var client = RunningClient.Start(options, time: new ManualTimeProvider());
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        var (first, _) = await session.VisitAndReadAnswerAsync(1);
        await client.StopAsync();
        await session.ReceiveAsync<CloseTunnel>();

        var late = await session.VisitAsync(1);

        await Assert.ThrowsAsync<StreamException>(() => late.ReadAsync(new byte[1], default).Limited("the reset of the late stream"));
        Assert.False(first.IsClosed);
        first.Reset();
        await client.EndAsync();
    }

    [Fact]
    public async Task EdgeThatDoesNotListen_DelaysTheStopByASecondOrTwo()
    {
        var time = new ManualTimeProvider();
        await using var edge = new FakeEdge();
        await using var relay = new FaultRelay(edge.Port, TimeProvider.System);
        await using var client = RunningClient.Start(RunningClient.Options(relay.Port, edge.Pin), time: time);
        await (await edge.SessionAsync()).OpenTunnelAsync(1);
        await client.Events.NextAsync<TunnelReady>();
        relay.BlackHole();

        await client.StopAsync();
        for (var i = 0; i < 2; i++)
        {
            // For the edge to end the carrier, then for the carrier's own farewell.
            await time.WhenTimerAsync(due => due == TimeSpan.FromSeconds(1)).Limited("a farewell's timer");
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Null((await client.EndAsync()).Failure);
    }

    [Fact]
    public async Task WhileConnecting_EndsAtOnce()
    {
        await using var silent = TargetServers.Stalls();
        await using var client = RunningClient.Start(RunningClient.Options(silent.Port, null), time: new ManualTimeProvider());
        await client.Events.NextAsync<Connecting>();

        await client.StopAsync();

        Assert.Null((await client.EndAsync()).Failure);
    }

    [Fact]
    public async Task WhileWaitingToRetry_EndsAtOnce()
    {
        using var port = new ReservedPort();
        var surroundings = RunningClient.Eager with { Random = () => 1 };
        await using var client = RunningClient.Start(RunningClient.Options(port.Port, null), surroundings, new ManualTimeProvider());
        Assert.Equal(TimeSpan.FromSeconds(1), (await client.Events.NextAsync<SessionLost>()).RetryIn);

        await client.StopAsync();

        Assert.Null((await client.EndAsync()).Failure);
    }

    [Fact]
    public async Task BeforeTheStart_EndsAtOnce()
    {
        var client = new TunnelClient(RunningClient.Options(1, null), new EventLog(), TimeProvider.System);

        Assert.Null((await client.RunAsync(new CancellationToken(canceled: true)).Limited("a run that is stopped before it starts")).Failure);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.RunAsync(CancellationToken.None));
    }
}
