namespace Mport.Server.Edge.Listeners;

/// <summary>
/// A loop that accepts, which can be held and let go on. It must be held before a socket is closed that another process shares: .NET closes a
/// socket that is in use by disconnecting it, which would reset what waits in the other process's queue. Thread-safe.
/// </summary>
/// <param name="run">Accepts until it is cancelled; does not throw.</param>
internal sealed class AcceptLoop(Func<CancellationToken, Task> run)
{
    private readonly Lock _gate = new();
    private CancellationTokenSource? _running;
    private Task _loop = Task.CompletedTask;
    private bool _ended;

    /// <summary>Begins to accept, or goes on. Does nothing while it runs, and after <see cref="End"/>.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (!_ended && _running is null)
            {
                _running = new CancellationTokenSource();
                _loop = RunAsync(_loop, _running.Token);
            }
        }
    }

    /// <summary>Accepts no more until <see cref="Start"/>; when it completes, no accept is under way.</summary>
    public async Task HoldAsync()
    {
        CancellationTokenSource? running;
        Task loop;
        lock (_gate)
        {
            (running, _running) = (_running, null);
            loop = _loop;
        }

        if (running is not null)
        {
            await running.CancelAsync();
        }

        await loop;
        running?.Dispose();
    }

    /// <summary>Accepts no more for good. Does not wait for the accept that is under way.</summary>
    public void End()
    {
        CancellationTokenSource? running;
        lock (_gate)
        {
            _ended = true;
            (running, _running) = (_running, null);
        }

        running?.Cancel();
    }

    // Yields first: whoever starts the loop may hold a lock, and the first accepts may complete at once.
    private async Task RunAsync(Task before, CancellationToken held)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await run(held);
    }
}
