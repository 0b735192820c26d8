namespace Mport.Server.Tunnels;

/// <summary>
/// What each opening of a tunnel passes. While the edge is being handed over it is shut, since the next edge would not know of a tunnel that is
/// opened now: openings wait. It opens again when that fails; else it stays shut and they are told to go to the next edge. Thread-safe.
/// </summary>
internal sealed class TunnelGate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<bool>? _shut;
    private TaskCompletionSource? _idle;
    private int _inside;

    /// <summary>Waits where the gate is shut. False when this edge opens no more tunnels; after true, <see cref="Leave"/> must follow.</summary>
    public async ValueTask<bool> EnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task<bool> opened;
            lock (_lock)
            {
                if (_shut is null)
                {
                    _inside++;
                    return true;
                }

                opened = _shut.Task;
            }

            if (!await opened.WaitAsync(cancellationToken))
            {
                return false;
            }
        }
    }

    /// <summary>An opening is over.</summary>
    public void Leave()
    {
        TaskCompletionSource? idle = null;
        lock (_lock)
        {
            if (--_inside == 0)
            {
                (idle, _idle) = (_idle, null);
            }
        }

        idle?.SetResult();
    }

    /// <summary>Shuts the gate; completes when no opening is under way.</summary>
    public Task ShutAsync()
    {
        lock (_lock)
        {
            _shut ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _inside == 0 ? Task.CompletedTask : (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Lets openings pass again.</summary>
    public void Open()
    {
        TaskCompletionSource<bool>? shut;
        lock (_lock)
        {
            (shut, _shut) = (_shut, null);
        }

        shut?.SetResult(true);
    }

    /// <summary>Lets none pass any more. Call when it is shut.</summary>
    public void Close()
    {
        TaskCompletionSource<bool>? shut;
        lock (_lock)
        {
            shut = _shut;
        }

        shut?.TrySetResult(false);
    }
}
