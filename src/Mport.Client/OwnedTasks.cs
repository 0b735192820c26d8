namespace Mport.Client;

/// <summary>
/// Work that was started and is not forgotten: counted, bounded, awaited at the end with <see cref="WhenIdleAsync"/>; an exception that the work
/// lets out is a defect, and is reported.
/// </summary>
/// <param name="limit">How many pieces of work may run at one time.</param>
/// <param name="defect">Hears the exception of a piece of work that failed.</param>
internal sealed class OwnedTasks(int limit, Action<Exception> defect)
{
    private readonly Lock _lock = new();
    private int _running;
    private TaskCompletionSource? _idle;

    /// <summary>Pieces of work that run now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _running;
            }
        }
    }

    /// <summary>Starts a piece of work on another thread, or gives false when as many run as may.</summary>
    public bool TryStart(Func<Task> work)
    {
        lock (_lock)
        {
            if (_running == limit)
            {
                return false;
            }

            _running++;
        }

        _ = RunAsync(work);
        return true;
    }

    /// <summary>Completes when nothing runs.</summary>
    public Task WhenIdleAsync()
    {
        lock (_lock)
        {
            return _running == 0
                ? Task.CompletedTask
                : (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private async Task RunAsync(Func<Task> work)
    {
        // The starter is a loop that others wait on: it must not carry the first steps of the work.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await work();
        }
        catch (Exception error)
        {
            defect(error);
        }
        finally
        {
            End();
        }
    }

    private void End()
    {
        TaskCompletionSource? idle = null;
        lock (_lock)
        {
            if (--_running == 0)
            {
                (idle, _idle) = (_idle, null);
            }
        }

        idle?.SetResult();
    }
}
