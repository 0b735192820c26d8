namespace Mport.Client.Health;

/// <summary>A tunnel's verdict, and a signal for those who pass it on. Thread-safe.</summary>
internal sealed class HealthBoard
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HealthVerdict? _verdict;

    /// <summary>The verdict; null before the first.</summary>
    public HealthVerdict? Verdict
    {
        get
        {
            lock (_lock)
            {
                return _verdict;
            }
        }
    }

    /// <summary>Completes at the next change. Ask for it before looking at what may change.</summary>
    public Task Changed
    {
        get
        {
            lock (_lock)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>There is a new verdict.</summary>
    public void Set(HealthVerdict verdict)
    {
        lock (_lock)
        {
            _verdict = verdict;
        }

        Wake();
    }

    /// <summary>Something else has changed that decides to whom the verdict must be told.</summary>
    public void Wake()
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }
}
