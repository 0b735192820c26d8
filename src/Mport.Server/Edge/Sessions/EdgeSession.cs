using System.Threading.Channels;
using Mport.Protocol.Carriers;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Server.Hosting;

namespace Mport.Server.Edge.Sessions;

/// <summary>One connected client: its carriers, its control stream, and the tunnels that it holds. It lives for as long as one carrier does.</summary>
internal sealed class EdgeSession : IDisposable
{
    // A client that was told to go has this long to close by itself, so that it reads the reason before the connection breaks.
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(2);

    private readonly SessionTunnels _tunnels;
    private readonly SessionControl _control;
    private readonly SessionLimits _limits;
    private readonly SessionsMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly OwnedTasks _running;
    private readonly Channel<Carrier> _first = Channel.CreateBounded<Carrier>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly TaskCompletionSource<Failure> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly List<EdgeCarrier> _slots = [];
    private TaskCompletionSource _stirred = NewEvent();
    private volatile CancellationTokenSource _gone = new();
    private volatile bool _draining;
    private Failure? _closed;
    private int _expected;
    private int _told;

    /// <summary>Makes a session; it needs <see cref="RunAsync"/> and a first carrier.</summary>
    /// <param name="identity">Who it is.</param>
    /// <param name="granted">How many carriers it may have.</param>
    /// <param name="memory">Bounds the memory of all its carriers.</param>
    /// <param name="tunnels">Those that it holds: none yet.</param>
    /// <param name="limits">How much it may have, and how long it waits.</param>
    /// <param name="metrics">Counts what becomes of its carriers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of its carriers, and of what no part of the session foresees.</param>
    public EdgeSession(
        SessionIdentity identity, int granted, MemoryBudget memory, SessionTunnels tunnels, SessionLimits limits, SessionsMetrics metrics, TimeProvider time, ILogger logger)
    {
        Identity = identity;
        Granted = granted;
        Memory = memory;
        Carriers = new CarrierSet(limits.MaxStreams);
        _tunnels = tunnels;
        _limits = limits;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _control = new SessionControl(this, tunnels, time);
        _running = new OwnedTasks(error =>
        {
            logger.SessionFaulted(error);
            Close(Failure.Of(ProtocolErrors.EdgeUnavailable, retry: true));
        });
    }

    /// <summary>Who it is.</summary>
    public SessionIdentity Identity { get; }

    /// <summary>How many carriers it may have.</summary>
    public int Granted { get; }

    /// <summary>Bounds the memory of all its carriers: what their streams hold, and what is kept for a broken connection.</summary>
    public MemoryBudget Memory { get; }

    /// <summary>Its carriers: they open streams to the client.</summary>
    public CarrierSet Carriers { get; }

    /// <summary>
    /// Cancelled when the client is away and not to be expected back soon (<see cref="IsReachableAsync"/>): whoever waits for its answer need wait no
    /// longer. The next time has a token of its own.
    /// </summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>Whether every carrier is without a connection, and may yet be taken up.</summary>
    public bool IsSuspended => Carriers is { Count: > 0, IsSuspended: true };

    /// <summary>Runs until the session has ended, and gives the reason.</summary>
    public async Task<Failure> RunAsync()
    {
        _running.TryRun(ControlAsync);
        try
        {
            var reason = await _over.Task;
            await _closing.CancelAsync();
            await _running.CloseAsync();
            return reason;
        }
        finally
        {
            _tunnels.CloseAll();
            Dispose();
        }
    }

    /// <summary>A carrier is being welcomed: the session waits for it with <see cref="TryAdd"/> or <see cref="NotComing"/>. False when the session has ended.</summary>
    public bool TryExpect()
    {
        lock (_gate)
        {
            _expected += _closed is null ? 1 : 0;
            return _closed is null;
        }
    }

    /// <summary>The carrier that was being welcomed is lost already.</summary>
    public void NotComing(Failure why)
    {
        bool last;
        lock (_gate)
        {
            _expected--;
            last = Carriers.Count + _expected == 0;
        }

        if (last)
        {
            Close(why);
        }
    }

    /// <summary>Sets a carrier going that was expected, in the place of the one that has its index; false when the session has ended.</summary>
    public bool TryAdd(EdgeCarrier carrier)
    {
        Carrier? before;
        lock (_gate)
        {
            _expected--;
            if (_closed is not null || !_running.TryRun(() => RunCarrierAsync(carrier)))
            {
                return false;
            }

            before = Carriers.Add(carrier.Index, carrier.Carrier);
            _slots.Add(carrier);
        }

        before?.Close(Failure.Of(ProtocolErrors.SessionClosed, "The client has opened the carrier anew."));
        Stir();
        if (carrier.Index == 0)
        {
            _first.Writer.TryWrite(carrier.Carrier);
        }

        return true;
    }

    /// <summary>The carrier of this index whose connection can be taken up, or null.</summary>
    public EdgeCarrier? Find(int index)
    {
        lock (_gate)
        {
            return _closed is null ? _slots.Find(carrier => carrier.Index == index && Carriers.Find(index) == carrier.Carrier) : null;
        }
    }

    /// <summary>A carrier goes on over another connection.</summary>
    public void TookUp(int index, TakenUp taken)
    {
        _metrics.Resumed(taken.Reason?.Code ?? ConnectionErrors.ConnectionLost.Code, taken.Pause);
        _logger.CarrierResumed(index, Identity.Id, taken.Pause, taken.Reason?.Code ?? default, taken.Reason?.Text ?? "");
        Stir();
    }

    /// <summary>
    /// Waits until the client can be reached; false when that is not to be expected soon. While no carrier has a connection, visitors wait for it. But a
    /// connection that the client's machine has closed means more often than not that the program is gone: if it were there it would have dialled at once.
    /// </summary>
    public async ValueTask<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var stirred = Volatile.Read(ref _stirred).Task;
            if (!IsSuspended)
            {
                return true;
            }

            try
            {
                await stirred.WaitAsync(Patience(), _time, cancellationToken);
            }
            catch (Exception late) when (late is TimeoutException or OperationCanceledException)
            {
                return false;
            }
        }
    }

    /// <summary>Sends a message soon. Does nothing when the session has ended.</summary>
    public void Tell(ControlMessage message)
    {
        if (!_control.TryTell(message))
        {
            Close(Failure.Of(ProtocolErrors.PeerFloods, "The client does not read its control messages."));
        }
    }

    /// <summary>Tells the client to go and why; it has a moment to do so by itself.</summary>
    public void End(Failure reason)
    {
        if (Interlocked.Exchange(ref _told, 1) == 0)
        {
            Tell(new Goodbye { Code = reason.Code.ToString(), Text = reason.Text, Retry = reason.Retry });
            _running.TryRun(() => LeaveAsync(reason));
        }
    }

    /// <summary>Asks the client to open a new session, while the streams of this one go on; it is kept for so long after the last.</summary>
    public void Drain(Failure reason, TimeSpan linger)
    {
        Tell(new Goodbye { Code = reason.Code.ToString(), Text = reason.Text, Retry = true, Linger = linger > TimeSpan.Zero ? (int)linger.TotalSeconds : null });

        // Nobody takes connections for this process any more: what has none now will have none.
        _draining = true;
        foreach (var carrier in Slots())
        {
            carrier.GiveUpIfAway();
        }
    }

    /// <summary>Ends the session now, with all its carriers.</summary>
    public void Close(Failure reason)
    {
        lock (_gate)
        {
            _closed ??= reason;
        }

        foreach (var carrier in Carriers.All)
        {
            carrier.Close(reason);
        }

        _over.TrySetResult(reason);
        Stir();
    }

    /// <inheritdoc />
    public void Dispose() => _closing.Dispose();

    private async Task RunCarrierAsync(EdgeCarrier carrier)
    {
        // The adder holds the lock.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var reason = await carrier.RunAsync(OnAway, _closing.Token);
        bool last;
        lock (_gate)
        {
            Carriers.Remove(carrier.Index, carrier.Carrier);
            _slots.Remove(carrier);
            last = Carriers.Count + _expected == 0;
            _closed ??= last ? reason : null;
        }

        if (reason.Code == ProtocolErrors.GraceOver.Code)
        {
            _metrics.ResumeFailed(reason.Code);
        }

        if (last)
        {
            _over.TrySetResult(reason);
        }
        else
        {
            _logger.CarrierEnded(carrier.Index, Identity.Id, reason.Code, reason.Text);
        }

        Stir();
    }

    private static TaskCompletionSource NewEvent() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void OnAway(EdgeCarrier carrier, Failure why)
    {
        _logger.CarrierSuspended(carrier.Index, Identity.Id, why.Code, why.Text);
        if (_draining)
        {
            carrier.GiveUpIfAway();
        }

        _running.TryRun(AwaitReturnAsync);
    }

    private async Task AwaitReturnAsync()
    {
        if (await IsReachableAsync(_closing.Token))
        {
            return;
        }

        var gone = _gone;
        if (Interlocked.CompareExchange(ref _gone, new CancellationTokenSource(), gone) == gone)
        {
            await gone.CancelAsync();
        }
    }

    // Those who wait for the client look again.
    private void Stir() => Interlocked.Exchange(ref _stirred, NewEvent()).TrySetResult();

    private List<EdgeCarrier> Slots()
    {
        lock (_gate)
        {
            return [.. _slots];
        }
    }

    private TimeSpan Patience()
    {
        var last = Slots().MinBy(carrier => carrier.AwayFor);
        if (last?.Away is not { } why || why.Code == ProtocolErrors.PeerSilent.Code)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var left = _limits.AwayPatience - last.AwayFor;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private async Task LeaveAsync(Failure reason)
    {
        await ((Task)_over.Task).WaitAsync(FarewellTime, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Close(reason);
    }

    private async Task ControlAsync()
    {
        while (true)
        {
            using var late = new CancellationTokenSource(_limits.ControlGrace, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _closing.Token);
            Carrier carrier;
            try
            {
                carrier = await _first.Reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException)
            {
                // Too late, or the session has ended, with a reason of its own.
                Close(Failure.Of(ConnectionErrors.ConnectionLost, $"The client did not bring its control stream back within {_limits.ControlGrace.TotalSeconds:0} s.", retry: true));
                return;
            }

            await _control.ServeAsync(carrier, _closing.Token);
        }
    }
}
