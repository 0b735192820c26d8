using System.Net;
using Mport.Client.Dialing;
using Mport.Client.Health;
using Mport.Client.Streams;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;

namespace Mport.Client.Sessions;

/// <summary>
/// One session with the edge, from Welcome to its end: its carriers, the control stream, and the visitors' streams. It decides by itself when the
/// engine must turn away from it (<see cref="End"/>); the engine then lets it finish, stops it or closes it.
/// </summary>
internal sealed class ClientSession : IDisposable
{
    // How long the edge has to take a message or to end the session after the goodbye; a stop waits no longer for an edge that is gone.
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(1);

    // After a drain, requests that the edge took just before still open streams here.
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(2);

    private readonly EngineContext _context;
    private readonly TunnelSet _set;
    private readonly GreetedCarrier _greeted;
    private readonly SessionTunnels _table = new();
    private readonly SessionCarriers _carriers;
    private readonly OwnedTasks _chores;
    private readonly VisitorStreams _visitors;
    private readonly ControlLoop _control;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource<SessionEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes a session of a greeted carrier; <see cref="Start"/> sets it going.</summary>
    public ClientSession(GreetedCarrier greeted, CarrierDialer dialer, TunnelSet set, EngineContext context)
    {
        _context = context;
        _set = set;
        _greeted = greeted;
        _carriers = new SessionCarriers(greeted, dialer, context);

        // The carriers, the look at them, the control stream; for each tunnel what tells its health, a retry, and the one before it that may be about to end.
        _chores = new OwnedTasks(_carriers.Granted + 2 + (3 * set.All.Count), Fault);
        _visitors = new VisitorStreams(_table, _carriers.MaxStreams, context);
        _control = new ControlLoop(this, set, _table, _chores, context);
    }

    /// <summary>Completes when the session has ended, or when the engine must turn away from it.</summary>
    public Task<SessionEnd> End => _end.Task;

    /// <summary>Completes when every tunnel that was wanted at the start is open or refused.</summary>
    public Task Settled => _control.Settled;

    /// <summary>The last measured round trip.</summary>
    public TimeSpan? RoundTrip => _carriers.Set.RoundTrip;

    /// <summary>Whether no carrier has a connection at the moment, while the session stands.</summary>
    public bool IsSuspended => _carriers.Set is { Count: > 0, IsSuspended: true };

    /// <summary>Sets the session going.</summary>
    public void Start()
    {
        for (var i = 0; i < _carriers.Granted; i++)
        {
            var index = i;
            _chores.TryStart(() => _carriers.RunAsync(index, index == 0 ? _greeted : null, carrier => _visitors.RunAsync(carrier, _closing.Token)));
        }

        _chores.TryStart(RunControlAsync);
        _chores.TryStart(WatchCarriersAsync);
        foreach (var tunnel in _set.All.Where(tunnel => tunnel.Spec.Health is not null))
        {
            _chores.TryStart(() => HealthLoop.TellAsync(tunnel, _table, _control, _closing.Token));
        }
    }

    /// <summary>The machine's addresses have changed.</summary>
    public void OnNetworkChanged(IReadOnlyCollection<IPAddress> addresses) => _carriers.OnNetworkChanged(addresses);

    /// <summary>Lets a draining session's streams finish, and those that begin until the next session has its tunnels; a stop hurries them. Closes it.</summary>
    /// <param name="replaced">Completes when the next session has its tunnels.</param>
    /// <param name="linger">How long the edge wants the session to be kept after its last stream.</param>
    /// <param name="stop">Hurries.</param>
    public async Task FinishAsync(Task replaced, TimeSpan linger, CancellationToken stop)
    {
        await _carriers.DialNoMoreAsync();
        await WhenAnyAsync(Timeout.InfiniteTimeSpan, stop, replaced);
        int begun;
        do
        {
            await WhenAnyAsync(Timeout.InfiniteTimeSpan, stop, _visitors.WhenIdleAsync());
            begun = _visitors.Begun;
            await WhenAnyAsync(linger > LingerTime ? linger : LingerTime, stop);
        }
        while (begun != _visitors.Begun && !stop.IsCancellationRequested);
        await StopAsync("The session is drained.");
    }

    /// <summary>Takes no more visitors, lets streams finish for as long as the options allow, says goodbye, and closes the session.</summary>
    public async Task StopAsync(string why)
    {
        _visitors.AcceptNoMore();
        if (!IsSuspended)
        {
            if (!_visitors.WhenIdleAsync().IsCompleted)
            {
                // The edge then turns visitors away by itself; it ends the session only at the goodbye, which so comes last.
                foreach (var number in _table.OpenNumbers())
                {
                    if (!await TellAsync(new CloseTunnel { Number = number }))
                    {
                        break;
                    }
                }

                await WhenAnyAsync(_context.Options.Drain, CancellationToken.None, _visitors.WhenIdleAsync());
            }

            if (await TellAsync(new Goodbye { Text = why }))
            {
                await _carriers.WhenEmpty.WaitAsync(FarewellLimit, _context.Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await CloseAsync(Failure.Of(ProtocolErrors.SessionClosed, why));
    }

    /// <summary>Ends the session now, with all that runs in it.</summary>
    public async Task CloseAsync(Failure reason)
    {
        await _carriers.CloseAsync(reason);
        await _closing.CancelAsync();

        // The accept loops are part of the carriers' chores: once those are over, no further visitor begins.
        await _chores.WhenIdleAsync();
        await _visitors.WhenIdleAsync();
        foreach (var tunnel in _set.All)
        {
            tunnel.Closed(this);
        }

        Dispose();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _carriers.Dispose();
        _control.Dispose();
        _closing.Dispose();
    }

    private async Task WatchCarriersAsync()
    {
        try
        {
            _end.TrySetResult(await _carriers.End.WaitAsync(_closing.Token));
        }
        catch (OperationCanceledException)
        {
            // The session is being closed.
        }
    }

    private async Task RunControlAsync()
    {
        try
        {
            while (true)
            {
                var carrier = await _carriers.First.ReadAsync(_closing.Token);
                if (await RunControlAsync(carrier) is { } end)
                {
                    _end.TrySetResult(end);
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The session is being closed.
        }
    }

    /// <summary>Runs a control stream; gives what it decides about the session, or null when its carrier is lost.</summary>
    private async Task<SessionEnd?> RunControlAsync(Carrier carrier)
    {
        try
        {
            var stream = await carrier.OpenStreamAsync(ReadOnlyMemory<byte>.Empty, _closing.Token);
            return await _control.RunAsync(new ControlChannel(stream), _closing.Token);
        }
        catch (StreamException error) when (error.Description == ProtocolErrors.StreamReset)
        {
            return new SessionEnd(
                Failure.Of(ConnectionErrors.ConnectionLost, $"The control stream broke: {error.Message}", retry: true), SessionEndKind.Lost);
        }
        catch (StreamException)
        {
            return null;
        }
        catch (ProtocolException error)
        {
            return new SessionEnd(error.ToFailure(), SessionEndKind.Lost);
        }
    }

    private async Task<bool> TellAsync(ControlMessage message)
    {
        using var limit = new CancellationTokenSource(FarewellLimit, _context.Time);

        // An edge that is gone or does not listen will notice by itself. A frame that waits for its turn cannot be taken back, but nobody has to wait with it:
        // it ends with the carrier.
        var telling = _control.TellAsync(message, limit.Token).AsTask();
        await ((Task)telling).WaitAsync(FarewellLimit, _context.Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return telling.IsCompletedSuccessfully && await telling;
    }

    /// <summary>Waits for the first of: the time, the wish to hurry, the end of all carriers, and these.</summary>
    private async Task WhenAnyAsync(TimeSpan limit, CancellationToken hurry, params Task[] others)
    {
        if (Array.Exists(others, other => other.IsCompleted))
        {
            return;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(hurry);
        await Task.WhenAny([.. others, _carriers.WhenEmpty, Task.Delay(limit, _context.Time, over.Token)]);
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
