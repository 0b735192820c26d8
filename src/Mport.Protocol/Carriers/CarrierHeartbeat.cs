using Mport.Protocol.Errors;
using Mport.Protocol.Frames;
using Mport.Protocol.Resume;

namespace Mport.Protocol.Carriers;

/// <summary>
/// Runs <see cref="KeepAlive"/> on a clock: sends the heartbeats, measures the round trip, and ends the carrier when the peer is dead. A resumable transport is
/// suspended in place of that, and while it is suspended nothing is judged. On the side that dials, and so can dial again, <see cref="Suspicion"/> tells of
/// it early.
/// </summary>
internal sealed class CarrierHeartbeat
{
    private readonly CarrierOptions _options;
    private readonly TimeProvider _time;
    private readonly CarrierWriter _writer;
    private readonly ResumableTransport? _resumable;
    private readonly bool _dials;
    private readonly Lock _gate = new();
    private readonly KeepAlive _keepAlive;
    private readonly Suspicion _suspicion;
    private readonly Signal _wake = new(inline: true);
    private long _lastReceived;
    private long _lastCarried;
    private long _roundTripTicks;
    private int _resumes;
    private volatile bool _carried;
    private volatile bool _suspected;

    // Nothing is judged until data goes or comes: the loop is to look again then.
    private volatile bool _sleeping;

    public CarrierHeartbeat(CarrierOptions options, TimeProvider time, CarrierWriter writer, ResumableTransport? resumable, CarrierRole role)
    {
        _options = options;
        _time = time;
        _writer = writer;
        _resumable = resumable;
        _dials = role == CarrierRole.Client;
        _lastReceived = time.GetTimestamp();
        _lastCarried = _lastReceived;
        _keepAlive = new KeepAlive(ToTicks(options.Heartbeat), ToTicks(options.DeadAfter), _lastReceived, asked: !_dials);
        _suspicion = new Suspicion(time.TimestampFrequency);
        if (resumable is not null)
        {
            // The new connection is judged from its beginning, not from when the look at the old one would have been due.
            resumable.OnResumed = _wake.Set;
        }
    }

    /// <summary>The last round trip in timestamp units, or 0 before the first.</summary>
    public long RoundTripTicks => Volatile.Read(ref _roundTripTicks);

    /// <summary>Bytes came.</summary>
    public void Received()
    {
        Volatile.Write(ref _lastReceived, _time.GetTimestamp());
        if (_suspected)
        {
            _wake.Set();
        }
    }

    /// <summary>Data went or came.</summary>
    public void Carried()
    {
        if (_carried)
        {
            return;
        }

        _carried = true;
        Interlocked.MemoryBarrier();
        if (_sleeping)
        {
            _wake.Set();
        }
    }

    /// <summary>The answer to a heartbeat came.</summary>
    public void Answered(uint value)
    {
        lock (_gate)
        {
            if (_keepAlive.Answered(value, _time.GetTimestamp()) is { } ticks)
            {
                Volatile.Write(ref _roundTripTicks, Math.Max(1, ticks));
            }
        }
    }

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="ProtocolException">The peer is dead.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = _time.CreateTimer(static wake => (wake as Signal)?.Set(), _wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        while (true)
        {
            var wait = _dials ? Beat() : Together(Beat());
            timer.Change(TimeSpan.FromSeconds((double)wait / _time.TimestampFrequency), Timeout.InfiniteTimeSpan);
            await _wake.WaitAsync(cancellationToken);
        }
    }

    // An edge has thousands of carriers: those whose time comes within the same half second wake it once.
    private long Together(long wait)
    {
        var step = _time.TimestampFrequency / 2;
        var now = _time.GetTimestamp();
        return wait < step ? wait : ((now + wait + step - 1) / step * step) - now;
    }

    /// <summary>Does what is due; gives how long to wait, in timestamp units.</summary>
    private long Beat()
    {
        var now = _time.GetTimestamp();
        if (_resumable is { IsSuspended: true })
        {
            return ToTicks(_options.Heartbeat);
        }

        var resumes = _resumable?.Resumes ?? 0;
        if (_resumes != resumes)
        {
            _resumes = resumes;
            _lastCarried = now;
            Volatile.Write(ref _lastReceived, now);
            lock (_gate)
            {
                _keepAlive.Restart(now);
            }
        }

        // Asleep, it would be woken by data from here on.
        _sleeping = false;
        if (_carried)
        {
            _carried = false;
            _lastCarried = now;
        }

        var received = Volatile.Read(ref _lastReceived);
        var suspicious = SuspectAt(now, received, out var waitForSuspicion);
        KeepAliveAction action;
        long wait;
        uint value;
        lock (_gate)
        {
            action = _keepAlive.Decide(now, received, _lastCarried, _writer.WritingSince, out wait);
            if (suspicious == SuspicionAction.Ping && action == KeepAliveAction.None && _keepAlive.TryPing(now))
            {
                action = KeepAliveAction.SendPing;
            }

            value = _keepAlive.PingValue;
        }

        switch (action)
        {
            case KeepAliveAction.Dead when _resumable is null:
                throw new ProtocolException(ProtocolErrors.PeerSilent, Silence());
            case KeepAliveAction.Dead:
                _resumable.SuspendAfter(resumes, Failure.Of(ProtocolErrors.PeerSilent, Silence(), retry: true));
                return ToTicks(_options.Heartbeat);
            case KeepAliveAction.SendPing:
                _writer.Append(new FrameHeader(FrameType.Ping, FrameFlags.Syn, 0, value), alone: true);
                break;
        }

        // A write that begins to wait just after this look is noticed at the next one, at most a heartbeat later.
        return Math.Min(wait, waitForSuspicion);
    }

    private SuspicionAction SuspectAt(long now, long received, out long wait)
    {
        wait = long.MaxValue;
        if (_resumable is null || !_dials)
        {
            return SuspicionAction.None;
        }

        var action = _suspicion.Decide(now, _lastCarried, received, _resumable.OwedSince, out wait);
        if (action == SuspicionAction.Doubt)
        {
            _suspected = true;
            _resumable.Doubt(Failure.Of(ProtocolErrors.PeerSilent, "The connection is in use, and the other side has been silent for seconds.", retry: true));
        }
        else if (_suspected)
        {
            _suspected = false;
            _resumable.Trust();
        }

        if (wait == long.MaxValue)
        {
            _sleeping = true;
            Interlocked.MemoryBarrier();
            wait = _carried ? 0 : wait;
        }

        return action;
    }

    private string Silence() => $"The other side has been silent for {_options.DeadAfter.TotalSeconds:0} s.";

    private long ToTicks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
