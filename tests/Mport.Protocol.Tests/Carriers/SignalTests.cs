using Mport.Protocol.Carriers;
using Mport.Testing;

namespace Mport.Protocol.Tests.Carriers;

public sealed class SignalTests
{
    [Fact]
    public async Task SetBeforeWait_IsKept_Once()
    {
        var signal = new Signal(inline: false);
        signal.Set();
        signal.Set();
        await signal.WaitAsync(default).Limited("a signal that was set before");
        Assert.False(signal.WaitAsync(default).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Cancel_EndsTheWait_AndTheNextOneWorks()
    {
        var signal = new Signal(inline: false);
        using var cancel = new CancellationTokenSource();
        var wait = signal.WaitAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.Limited("the cancelled wait"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signal.WaitAsync(cancel.Token).Limited("a wait that was cancelled before"));

        var next = signal.WaitAsync(default).AsTask();
        signal.Set();
        await next.Limited("the wait after a cancelled one");
    }

    [Fact]
    public async Task SetterAndWaiter_AtTheSameTime_NeverLoseOne()
    {
        var signal = new Signal(inline: false);
        var produced = 0;
        var consumed = 0;
        const int Rounds = 200_000;
        var consumer = Task.Factory.StartNew(
            async () =>
            {
                while (consumed < Rounds)
                {
                    if (consumed == Volatile.Read(ref produced))
                    {
                        await signal.WaitAsync(default);
                        continue;
                    }

                    consumed++;
                }
            },
            default,
            TaskCreationOptions.None,
            TaskScheduler.Default).Unwrap();

        for (var i = 0; i < Rounds; i++)
        {
            Interlocked.Increment(ref produced);
            signal.Set();
        }

        await consumer.Limited("the consumer to see every set");
    }
}
