using Mport.Client.Dialing;
using Mport.Client.Streams;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;

namespace Mport.Client.Sessions;

/// <summary>
/// One session with the edge, from Welcome to its end: the carrier, the control stream, and the visitors' streams. It decides by itself when the
/// engine must turn away from it (<see cref="End"/>); the engine then lets it finish, stops it or closes it.
/// </summary>
internal sealed class ClientSession : IAsyncDisposable
{
    // How long the edge has to take a message or to end the carrier after the goodbye; a stop waits no longer for an edge that is gone.
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(1);

    private readonly EngineContext _context;
    private readonly TunnelSet _set;
    private readonly SessionTunnels _table = new();
    private readonly Carrier _carrier;
    private readonly OwnedTasks _chores;
    private readonly VisitorStreams _visitors;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource<SessionEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ControlChannel? _control;

    /// <summary>Makes a session of a greeted carrier; <see cref="Start"/> sets it going.</summary>
    public ClientSession(GreetedCarrier greeted, TunnelSet set, EngineContext context)
    {
        _context = context;
        _set = set;
        var heartbeat = TimeSpan.FromSeconds(Math.Clamp(greeted.Welcome.Heartbeat, 1, 60));
        var limits = new CarrierOptions { Heartbeat = heartbeat, DeadAfter = 3 * heartbeat };
        _carrier = new Carrier(greeted.Transport, CarrierRole.Client, limits, context.Windows, context.Time);

        // The carrier, the control stream, the accept loop; for each tunnel a retry, and the one before it that may be about to end.
        _chores = new OwnedTasks(3 + (2 * set.All.Count), Fault);
        _visitors = new VisitorStreams(_carrier, _table, limits.MaxIncomingStreams, context);
    }

    /// <summary>Completes when the session has ended, or when the engine must turn away from it.</summary>
    public Task<SessionEnd> End => _end.Task;

    /// <summary>The last measured round trip.</summary>
    public TimeSpan? RoundTrip => _carrier.RoundTrip;

    /// <summary>Sets the session going.</summary>
    public void Start()
    {
        _chores.TryStart(RunCarrierAsync);
        _chores.TryStart(RunControlAsync);
        _chores.TryStart(() => _visitors.RunAsync(_closing.Token));
    }

    /// <summary>Lets a draining session's streams finish, and those that begin within the time to linger; a stop hurries them. Closes it.</summary>
    public async Task FinishAsync(TimeSpan linger, CancellationToken stop)
    {
        int begun;
        do
        {
            await WhenIdleOrAsync(Timeout.InfiniteTimeSpan, stop);
            begun = _visitors.Begun;
            await LingerAsync(linger, stop);
        }
        while (_visitors.Begun != begun && !stop.IsCancellationRequested);
        await StopAsync("The session is drained.");
    }

    /// <summary>Takes no more visitors, lets streams finish for as long as the options allow, says goodbye, and closes the session.</summary>
    public async Task StopAsync(string why)
    {
        _visitors.AcceptNoMore();
        if (!_visitors.WhenIdleAsync().IsCompleted)
        {
            // The edge then turns visitors away by itself; it ends the carrier only at the goodbye, which so comes last.
            foreach (var number in _table.OpenNumbers())
            {
                await TellAsync(new CloseTunnel { Number = number });
            }

            await WhenIdleOrAsync(_context.Options.Drain, CancellationToken.None);
        }

        if (await TellAsync(new Goodbye { Text = why }))
        {
            await ((Task)_carrier.Ended).WaitAsync(FarewellLimit, _context.Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await CloseAsync(Failure.Of(ProtocolErrors.SessionClosed, why));
    }

    /// <summary>Ends the session now, with all that runs in it.</summary>
    public async Task CloseAsync(Failure reason)
    {
        _carrier.Close(reason);
        await _closing.CancelAsync();

        // The accept loop is a chore: once the chores are over, no further visitor begins.
        await _chores.WhenIdleAsync();
        await _visitors.WhenIdleAsync();
        foreach (var tunnel in _set.All)
        {
            tunnel.Closed(this);
        }

        await DisposeAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _carrier.DisposeAsync();
        _control?.Dispose();
        _closing.Dispose();
    }

    private async Task RunCarrierAsync()
    {
        var reason = await _carrier.RunAsync(CancellationToken.None);

        // Whatever broke this carrier, another may work; only the edge's own word (Goodbye) ends the run.
        _end.TrySetResult(new SessionEnd(reason with { Retry = true }, SessionEndKind.Lost));
    }

    private async Task RunControlAsync()
    {
        try
        {
            var stream = await _carrier.OpenStreamAsync(ReadOnlyMemory<byte>.Empty, _closing.Token);
            _control = new ControlChannel(stream);
            _end.TrySetResult(await new ControlLoop(_control, this, _set, _table, _chores, _context).RunAsync(_closing.Token));
        }
        catch (OperationCanceledException)
        {
            // The session is being closed.
        }
        catch (StreamException error)
        {
            // A carrier that has ended keeps its own reason; else the edge reset the control stream alone.
            _carrier.Close(Failure.Of(ConnectionErrors.ConnectionLost, $"The control stream broke: {error.Message}", retry: true));
        }
        catch (ProtocolException error)
        {
            _carrier.Close(error.ToFailure());
        }
    }

    private async Task<bool> TellAsync(ControlMessage message)
    {
        if (_control is not { } control)
        {
            return false;
        }

        using var limit = new CancellationTokenSource(FarewellLimit, _context.Time);
        try
        {
            await control.SendAsync(message, limit.Token);
            return true;
        }
        catch (Exception over) when (over is OperationCanceledException or StreamException)
        {
            // The edge is gone or does not listen: it will notice by itself.
            return false;
        }
    }

    private async Task WhenIdleOrAsync(TimeSpan limit, CancellationToken hurry)
    {
        var idle = _visitors.WhenIdleAsync();
        if (idle.IsCompleted)
        {
            return;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(hurry);
        await Task.WhenAny(idle, _carrier.Ended, Task.Delay(limit, _context.Time, over.Token));
        await over.CancelAsync();
    }

    private async Task LingerAsync(TimeSpan linger, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(_carrier.Ended, Task.Delay(linger, _context.Time, over.Token));
        await over.CancelAsync();
    }

    private void Fault(Exception error)
    {
        _context.TellDefect(error);
        _end.TrySetResult(new SessionEnd(
            Failure.Of(ProtocolErrors.SessionClosed, $"The client ended the session because of a defect of its own ({error.GetType().Name}).", retry: true),
            SessionEndKind.Lost));
    }
}
