namespace Mport.Server.Edge.Listeners;

/// <summary>Counts the tasks that somebody owns, so that the owner can wait for the last. Thread-safe.</summary>
internal sealed class RunningCount
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One for the owner, given up by EndAsync: the count cannot reach zero before.
    private int _running = 1;
    private int _ending;

    /// <summary>A task begins.</summary>
    public void Enter() => Interlocked.Increment(ref _running);

    /// <summary>A task has ended.</summary>
    public void Exit()
    {
        if (Interlocked.Decrement(ref _running) == 0)
        {
            _ended.TrySetResult();
        }
    }

    /// <summary>Completes when the last task has ended; no task may begin after this.</summary>
    public Task EndAsync()
    {
        if (Interlocked.Exchange(ref _ending, 1) == 0)
        {
            Exit();
        }

        return _ended.Task;
    }
}
