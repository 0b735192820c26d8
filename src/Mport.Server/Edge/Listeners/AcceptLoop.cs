namespace Mport.Server.Edge.Listeners;

/// <summary>
/// A loop that accepts, which can be held and let go on. It must be held before a socket is closed that another process shares: .NET closes a
/// socket that is in use by disconnecting it, which would reset what waits in the other process's queue. Thread-safe.
/// </summary>
/// <param name="run">Accepts until it is cancelled, or its socket is gone. What it throws is a defect: it is told, and the loop begins anew.</param>
/// <param name="defect">Hears of a defect.</param>
/// <param name="time">The clock.</param>
internal sealed class AcceptLoop(Func<CancellationToken, Task> run, Action<Exception> defect, TimeProvider time)
{
    // A port that fails at each connection must not take a core.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private Action? _cancel;
    private Task _loop = Task.CompletedTask;
    private bool _ended;

    /// <summary>Begins to accept, or goes on. Does nothing while it runs, and after <see cref="End"/>.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (!_ended && _cancel is null)
            {
                // Without a timer it holds nothing that would have to be disposed of.
                var running = new CancellationTokenSource();
                _cancel = running.Cancel;
                _loop = RunAsync(_loop, running.Token);
            }
        }
    }

    /// <summary>Accepts no more until <see cref="Start"/>; when it completes, no accept is under way.</summary>
    public async Task HoldAsync()
    {
        Action? cancel;
        Task loop;
        lock (_gate)
        {
            (cancel, _cancel) = (_cancel, null);
            loop = _loop;
        }

        cancel?.Invoke();
        await loop;
    }

    /// <summary>Accepts no more for good. Does not wait for the accept that is under way.</summary>
    public void End()
    {
        Action? cancel;
        lock (_gate)
        {
            _ended = true;
            (cancel, _cancel) = (_cancel, null);
        }

        cancel?.Invoke();
    }

    // Yields first: whoever starts the loop may hold a lock, and the first accepts may complete at once.
    private async Task RunAsync(Task before, CancellationToken held)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        while (!held.IsCancellationRequested)
        {
            try
            {
                await run(held);
                return;
            }
            catch (Exception error)
            {
                defect(error);
                await Task.Delay(Pause, time, held).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
