using Mport.Server.Edge.Listeners;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Listeners;

public sealed class AcceptLoopTests
{
    [Fact]
    public async Task Defect_IsTold_AndTheLoopBeginsAnew()
    {
        var told = new List<Exception>();
        var goesOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runs = 0;
        var loop = new AcceptLoop(RunAsync, told.Add, TimeProvider.System);

        loop.Start();
        await goesOn.Task.Limited("the loop to begin anew");
        await loop.HoldAsync().Limited("the loop to be held");

        Assert.Equal("broken", Assert.Single(told).Message);

        async Task RunAsync(CancellationToken held)
        {
            if (++runs == 1)
            {
                throw new InvalidOperationException("broken");
            }

            goesOn.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, held).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [Fact]
    public async Task HeldAfterADefect_DoesNotBeginAnew()
    {
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runs = 0;
        var loop = new AcceptLoop(
            _ =>
            {
                runs++;
                throw new InvalidOperationException("broken");
            },
            _ => failed.TrySetResult(),
            new ManualTimeProvider());

        loop.Start();
        await failed.Task.Limited("the defect");
        await loop.HoldAsync().Limited("the loop to be held");

        Assert.Equal(1, runs);
    }
}
