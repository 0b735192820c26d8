using Mport.Testing;

namespace Mport.Client.Tests;

public sealed class OwnedTasksTests
{
    [Fact]
    public async Task WorkThatFails_IsReported_AndCountsAsEnded()
    {
        var told = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var tasks = new OwnedTasks(1, told.SetResult);

        Assert.True(tasks.TryStart(() => throw new InvalidOperationException("a defect")));

        Assert.Equal("a defect", (await told.Task.Limited("the report")).Message);
        await tasks.WhenIdleAsync().Limited("the end of the work");
        Assert.Equal(0, tasks.Count);
    }

    [Fact]
    public async Task AtTheLimit_NothingMoreStarts()
    {
        var gate = new TaskCompletionSource();
        var tasks = new OwnedTasks(2, _ => { });
        Assert.True(tasks.TryStart(() => gate.Task));
        Assert.True(tasks.TryStart(() => gate.Task));

        Assert.False(tasks.TryStart(() => Task.CompletedTask));
        Assert.False(tasks.WhenIdleAsync().IsCompleted);

        gate.SetResult();
        await tasks.WhenIdleAsync().Limited("all work to end");
        Assert.True(tasks.TryStart(() => Task.CompletedTask));
        await tasks.WhenIdleAsync().Limited("the last work to end");
    }

    [Fact]
    public async Task IdleFromTheStart_CompletesAtOnce() => await new OwnedTasks(1, _ => { }).WhenIdleAsync().Limited("an idle owner");
}
