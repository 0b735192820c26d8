using Mport.Protocol.Errors;
using Mport.Protocol.Resume;
using Mport.Protocol.Transport;
using Mport.Testing;

namespace Mport.Protocol.Tests.Resume;

/// <summary>A network that drops every packet while the sockets stand: suspicion, suspension, and the way back.</summary>
public sealed class SilentPeerTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task SilenceInUse_IsSuspectAfterSixSeconds_AndAnotherConnectionEndsTheDoubt() // REL-10, REL-26
    {
        var network = new Network();
        await using var pair = await ResumablePair.CreateAsync(client: network.Around, time: _time);
        var (edge, client) = await pair.OpenAsync();
        var suspect = pair.ClientTransport.WhenSuspect;
        network.Stop();

        await client.WriteAsync(new byte[] { 7 }, default);
        await AdvanceUntilAsync(suspect, TimeSpan.FromSeconds(12), look: TimeSpan.FromSeconds(3));
        Assert.Equal(ProtocolErrors.PeerSilent.Code, (await suspect).Code);
        Assert.False(pair.ClientTransport.IsSuspended);

        await pair.RejoinAsync();
        Assert.Equal(1, await edge.ReadAsync(new byte[1], default).Limited("the byte over the new connection"));
        Assert.False(pair.ClientTransport.WhenSuspect.IsCompleted);
        Assert.False(pair.ClientRun.IsCompleted);
    }

    [Fact]
    public async Task SilenceRightAfterAResume_IsSuspectAsSoon() // REL-14
    {
        var network = new Network();
        await using var pair = await ResumablePair.CreateAsync(client: network.Around, time: _time);
        var (_, client) = await pair.OpenAsync();
        pair.ClientTransport.Suspend(Failure.Of(ConnectionErrors.ConnectionLost));
        _time.Advance(TimeSpan.FromSeconds(4)); // The heartbeat has looked, and found nothing to judge.
        await pair.RejoinAsync();
        var suspect = pair.ClientTransport.WhenSuspect;
        network.Stop();

        await client.WriteAsync(new byte[] { 7 }, default);
        await AdvanceUntilAsync(suspect, TimeSpan.FromSeconds(8), look: TimeSpan.FromSeconds(3));

        Assert.Equal(ProtocolErrors.PeerSilent.Code, (await suspect).Code);
    }

    [Fact]
    public async Task SilenceForThirtySeconds_SuspendsTheTransport_AndNotTheCarrier() // REL-11
    {
        var network = new Network();
        await using var pair = await ResumablePair.CreateAsync(client: network.Around, time: _time);
        var (edge, _) = await pair.OpenAsync();
        var suspended = Task.WhenAll(pair.EdgeTransport.WhenSuspended, pair.ClientTransport.WhenSuspended);
        var before = _time.GetUtcNow();
        network.Stop();

        await AdvanceUntilAsync(suspended, TimeSpan.FromSeconds(45), look: TimeSpan.FromSeconds(11));
        Assert.All(await suspended, why => Assert.Contains(why.Code, new[] { ProtocolErrors.PeerSilent.Code, ConnectionErrors.ConnectionLost.Code }));
        Assert.True(_time.GetUtcNow() - before >= TimeSpan.FromSeconds(20)); // At the latest: KeepAliveTests.

        await edge.WriteAsync(new byte[] { 7 }, default).Limited("a write while suspended");
        _time.Advance(TimeSpan.FromSeconds(19)); // Nothing is judged meanwhile.
        await pair.RejoinAsync();
        await pair.OpenAsync();
        Assert.False(pair.EdgeRun.IsCompleted || pair.ClientRun.IsCompleted);
    }

    // The one under test looks at the clock again after this time at the latest.
    private async Task AdvanceUntilAsync(Task done, TimeSpan atMost, TimeSpan look)
    {
        for (var passed = TimeSpan.Zero; passed < atMost && !done.IsCompleted; passed += TimeSpan.FromSeconds(0.5))
        {
            await _time.WhenTimerAsync(due => due <= look).Limited("the heartbeat's timer");
            _time.Advance(TimeSpan.FromSeconds(0.5));
            // What the timer woke runs in the pool: the next step must not come before it has looked at the clock.
            await SocketCompletions.LeaveThreadAsync();
        }

        await done.Limited("the notice");
    }

    /// <summary>Connections that swallow all that passes, both ways, from the moment of a stop.</summary>
    private sealed class Network
    {
        private volatile bool _stopped;

        public ICarrierTransport Around(ICarrierTransport inner) => new Connection(this, inner);

        public void Stop() => _stopped = true;

        private sealed class Connection(Network network, ICarrierTransport inner) : ICarrierTransport
        {
            public bool HasBufferedInput => inner.HasBufferedInput;

            public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
            {
                while (true)
                {
                    var read = await inner.ReadAsync(buffer, cancellationToken);
                    if (!network._stopped || (read == 0 && !buffer.IsEmpty))
                    {
                        return read;
                    }

                    if (buffer.IsEmpty)
                    {
                        await inner.ReadAsync(new byte[1000], cancellationToken);
                    }
                }
            }

            public ValueTask WriteAsync(ReadOnlyMemory<byte> batch, CancellationToken cancellationToken) =>
                network._stopped ? ValueTask.CompletedTask : inner.WriteAsync(batch, cancellationToken);

            public void Abort() => inner.Abort();

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
