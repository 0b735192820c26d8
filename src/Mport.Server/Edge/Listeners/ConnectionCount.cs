namespace Mport.Server.Edge.Listeners;

/// <summary>Counts the connections that Kestrel has, and tells when it has none. Thread-safe.</summary>
internal sealed class ConnectionCount
{
    private readonly Lock _gate = new();
    private int _count;
    private TaskCompletionSource? _empty;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>One more.</summary>
    public void Enter()
    {
        lock (_gate)
        {
            _count++;
        }
    }

    /// <summary>One less.</summary>
    public void Leave()
    {
        TaskCompletionSource? empty = null;
        lock (_gate)
        {
            if (--_count == 0)
            {
                (empty, _empty) = (_empty, null);
            }
        }

        empty?.SetResult();
    }

    /// <summary>Completes when there is none.</summary>
    public Task WhenEmptyAsync()
    {
        lock (_gate)
        {
            return _count == 0 ? Task.CompletedTask : (_empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
