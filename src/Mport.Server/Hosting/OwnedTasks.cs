namespace Mport.Server.Hosting;

/// <summary>
/// Tasks that run beside their starter and have an owner all the same: each is awaited when the owner stops, and a failure that a task did not
/// handle itself is reported once. Thread-safe. How many there are is bounded by whoever adds them.
/// </summary>
/// <param name="onFailure">Gets what a task threw; cancellation is not a failure.</param>
internal sealed class OwnedTasks(Action<Exception> onFailure)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _closed;

    /// <summary>Tasks that run now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _running;
            }
        }
    }

    /// <summary>Starts a task on this thread; false when the owner is stopping.</summary>
    public bool TryRun(Func<Task> start)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            _running++;
        }

        _ = ObserveAsync(start);
        return true;
    }

    /// <summary>Takes no more tasks, and completes when those that run have ended.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
            if (_running == 0)
            {
                _empty.TrySetResult();
            }
        }

        return _empty.Task;
    }

    private async Task ObserveAsync(Func<Task> start)
    {
        try
        {
            await start();
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
        catch (Exception error)
        {
            onFailure(error);
        }
        finally
        {
            lock (_gate)
            {
                if (--_running == 0 && _closed)
                {
                    _empty.TrySetResult();
                }
            }
        }
    }
}
