using Mport.Protocol.Relay;
using Mport.Testing;

namespace Mport.Protocol.Tests.Relay;

public sealed class BandwidthTests
{
    private const int Rate = 32 * 1024;
    private const int Burst = 64 * 1024;

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Quantum_IsATurnsShare_WithinBounds()
    {
        using var slow = new Bandwidth(1, _time);
        using var middle = new Bandwidth(Rate, _time);
        using var fast = new Bandwidth(1L << 40, _time);
        using var within = new Bandwidth(1L << 40, _time, middle);

        Assert.Equal((512, 1024, 65536, 1024), (slow.Quantum, middle.Quantum, fast.Quantum, within.Quantum));
    }

    [Fact]
    public void Datagrams_PassUpToTheBurst_AndAreDroppedAtOneByteMore()
    {
        using var bandwidth = new Bandwidth(Rate, _time);

        Assert.True(bandwidth.TryTake(Burst - 1));
        Assert.True(bandwidth.TryTake(1));
        Assert.False(bandwidth.TryTake(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(bandwidth.TryTake(Rate));
        Assert.False(bandwidth.TryTake(1));
    }

    [Fact]
    public async Task Waiters_PassExactlyAtTheirTime()
    {
        using var bandwidth = new Bandwidth(Rate, _time);
        Assert.True(bandwidth.TryTake(Burst));
        var waiting = bandwidth.TakeAsync(bandwidth.Quantum, CancellationToken.None).AsTask();

        _time.Advance(TimeSpan.FromMilliseconds(31));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        await waiting.Limited("the turn");
    }

    [Fact]
    public async Task GreedyStream_DoesNotTakeTheOthersShare() // SEC-46
    {
        using var bandwidth = new Bandwidth(Rate, _time);
        Assert.True(bandwidth.TryTake(Burst));
        var passed = new int[3];
        var streams = Enumerable.Range(0, 3).Select(i => StreamAsync(bandwidth, passed, i)).ToArray();

        for (var i = 0; i < 96; i++)
        {
            var before = passed.Sum();
            _time.Advance(TimeSpan.FromMilliseconds(32));
            // The stream that had its turn must be back in the queue before the clock goes on.
            await WhenAsync(() => passed.Sum() > before);
        }

        Assert.All(passed, share => Assert.InRange(share, 31, 33));
        bandwidth.Dispose();
        await Task.WhenAll(streams).Limited("the streams to end");
    }

    [Fact]
    public async Task WhoGivesUp_TakesNothing_AndHoldsNobodyUp()
    {
        using var bandwidth = new Bandwidth(Rate, _time);
        Assert.True(bandwidth.TryTake(Burst));
        using var cancel = new CancellationTokenSource();
        var first = bandwidth.TakeAsync(1024, cancel.Token).AsTask();
        var second = bandwidth.TakeAsync(1024, CancellationToken.None).AsTask();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Limited("the one that gives up"));
        _time.Advance(TimeSpan.FromMilliseconds(32));

        await second.Limited("the turn of the other");
    }

    [Fact]
    public async Task TunnelWithinItsAccount_HasNoMoreThanEither()
    {
        using var account = new Bandwidth(Rate, _time);
        using var tunnel = new Bandwidth(10 * Rate, _time, account);
        using var other = new Bandwidth(10 * Rate, _time, account);
        Assert.True(tunnel.TryTake(Burst));

        Assert.False(other.TryTake(1));
        var waiting = other.TakeAsync(1024, CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(32));
        await waiting.Limited("the account's turn");
    }

    private static async Task StreamAsync(Bandwidth bandwidth, int[] passed, int index)
    {
        var turn = bandwidth.TakeAsync(1024, CancellationToken.None).AsTask();
        while (passed.Sum() < 96)
        {
            await turn;
            turn = bandwidth.TakeAsync(1024, CancellationToken.None).AsTask();
            Interlocked.Increment(ref passed[index]);
        }

        await Record.ExceptionAsync(() => turn);
    }

    // Continuations of the pool follow the clock by a moment.
    private static Task WhenAsync(Func<bool> isSo) => Within.UntilAsync(isSo, "what follows the clock");
}
