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
    private readonly TimeProvider _time;
    private readonly OwnedTasks _running;
    private readonly Channel<Carrier> _first = Channel.CreateBounded<Carrier>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly TaskCompletionSource<Failure> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private Failure? _closed;
    private int _told;

    /// <summary>Makes a session; it needs <see cref="RunAsync"/> and a first carrier.</summary>
    /// <param name="identity">Who it is.</param>
    /// <param name="granted">How many carriers it may have.</param>
    /// <param name="windows">Bounds the receive windows of all its streams.</param>
    /// <param name="tunnels">Those that it holds: none yet.</param>
    /// <param name="limits">How much it may have, and how long it waits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="defect">Hears what no part of the session foresees.</param>
    public EdgeSession(
        SessionIdentity identity, int granted, MemoryBudget windows, SessionTunnels tunnels, SessionLimits limits, TimeProvider time, Action<Exception> defect)
    {
        Identity = identity;
        Granted = granted;
        Windows = windows;
        Carriers = new CarrierSet(limits.MaxStreams);
        _tunnels = tunnels;
        _limits = limits;
        _time = time;
        _control = new SessionControl(this, tunnels, time);
        _running = new OwnedTasks(error =>
        {
            defect(error);
            Close(Failure.Of(ProtocolErrors.EdgeUnavailable, retry: true));
        });
    }

    /// <summary>Who it is.</summary>
    public SessionIdentity Identity { get; }

    /// <summary>How many carriers it may have.</summary>
    public int Granted { get; }

    /// <summary>Bounds the receive windows of all its streams.</summary>
    public MemoryBudget Windows { get; }

    /// <summary>Its carriers: they open streams to the client.</summary>
    public CarrierSet Carriers { get; }

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

    /// <summary>Sets a carrier going, in the place of the one that has its index; false when the session has ended.</summary>
    public bool TryAdd(EdgeCarrier carrier)
    {
        Carrier? before;
        lock (_gate)
        {
            if (_closed is not null || !_running.TryRun(() => RunCarrierAsync(carrier)))
            {
                return false;
            }

            before = Carriers.Add(carrier.Index, carrier.Carrier);
        }

        before?.Close(Failure.Of(ProtocolErrors.SessionClosed, "The client has opened the carrier anew."));
        if (carrier.Index == 0)
        {
            _first.Writer.TryWrite(carrier.Carrier);
        }

        return true;
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
    public void Drain(Failure reason, TimeSpan linger) =>
        Tell(new Goodbye { Code = reason.Code.ToString(), Text = reason.Text, Retry = true, Linger = linger > TimeSpan.Zero ? (int)linger.TotalSeconds : null });

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
    }

    /// <inheritdoc />
    public void Dispose() => _closing.Dispose();

    private async Task RunCarrierAsync(EdgeCarrier carrier)
    {
        // The adder holds the lock.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var reason = await carrier.RunAsync(_closing.Token);
        lock (_gate)
        {
            Carriers.Remove(carrier.Index, carrier.Carrier);
            if (Carriers.Count > 0)
            {
                return;
            }

            _closed ??= reason;
        }

        _over.TrySetResult(reason);
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
