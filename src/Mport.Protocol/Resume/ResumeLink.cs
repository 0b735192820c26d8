using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Transport;

namespace Mport.Protocol.Resume;

/// <summary>
/// What reader, writer and tender of a resumable transport share, behind one lock: the connection of the moment or that there is none, and the
/// <see cref="ResumeState"/>. Nothing waits under the lock.
/// </summary>
internal sealed class ResumeLink : IThreadPoolWorkItem
{
    // Long enough for an answer to take the acknowledgement along; short against the seconds after which a sender without one grows suspicious.
    private static readonly TimeSpan AckDelay = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly ResumeState _state;
    private readonly TimeSpan _grace;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly List<HeldConnection> _lost = [];
    private HeldConnection _connection;
    private TaskCompletionSource<Failure> _whenSuspended = NewEvent();
    private bool _suspended;
    private bool _timerFired;
    private Failure? _suspension;
    private long _suspendedAt;
    private int _resumes;
    private Failure? _end;

    public ResumeLink(ICarrierTransport first, ResumeOptions options, long peerWindow, TimeProvider time)
    {
        _state = new ResumeState(options, peerWindow);
        _grace = options.Grace;
        _time = time;
        _connection = new HeldConnection(first);
        _timer = time.CreateTimer(static self => (self as ResumeLink)?.OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The reader waits here while there is no connection.</summary>
    public Signal Connected { get; } = new(inline: false);

    /// <summary>The writer waits here while there is no room.</summary>
    public Signal Room { get; } = new(inline: false);

    /// <summary>The tender waits here for work.</summary>
    public Signal Work { get; } = new(inline: true);

    public long Received => Locked(static link => link._state.Received);

    public long Kept => Locked(static link => link._state.Kept);

    public long Replayed => Locked(static link => link._state.Replayed);

    public bool IsSuspended => Locked(static link => link._suspended);

    public TimeSpan SuspendedFor => Locked(static link => link._suspended ? link._time.GetElapsedTime(link._suspendedAt) : TimeSpan.Zero);

    public int Resumes => Volatile.Read(ref _resumes);

    public Failure? Suspension => Locked(static link => link._suspended ? link._suspension : null);

    public Task<Failure> WhenSuspended => Locked(static link => link._whenSuspended.Task);

    public long OwedSince => Locked(static link => link._suspended ? 0 : link._state.OwedSince);

    public HeldConnection Connection => Locked(static link => link._connection);

    public bool HasBufferedInput => Locked(static link => !link._suspended && link._connection.Transport.HasBufferedInput);

    /// <summary>The connection, to be left after use; null while there is none.</summary>
    /// <exception cref="TransportEndedException">The transport was given up.</exception>
    public HeldConnection? TryEnter()
    {
        lock (_gate)
        {
            ThrowIfEnded();
            return _suspended ? null : _connection.Enter();
        }
    }

    public void Leave(HeldConnection connection)
    {
        if (connection.Leave() && connection.IsLost)
        {
            WakeTender();
        }
    }

    /// <summary>Gives a connection up, if it is the one of the moment.</summary>
    public void Suspend(HeldConnection connection, Failure why)
    {
        TaskCompletionSource<Failure> suspended;
        lock (_gate)
        {
            if (_suspended || _connection != connection || _end is not null)
            {
                return;
            }

            _suspended = true;
            _suspension = why;
            _suspendedAt = _time.GetTimestamp();
            _lost.Add(connection);
            _timer.Change(_grace, Timeout.InfiniteTimeSpan);
            suspended = _whenSuspended;
        }

        connection.Lose();
        suspended.TrySetResult(why);
        // A writer without room goes on once there is room or another connection; only the tender has something to do now.
        WakeTender();
    }

    public Failure? Check(long peerReceived)
    {
        lock (_gate)
        {
            return _end ?? _state.Check(peerReceived);
        }
    }

    /// <summary>Puts a connection in the place of the one that was given up.</summary>
    public Failure? Resume(ICarrierTransport next, long peerReceived)
    {
        lock (_gate)
        {
            if ((_end ?? _state.Check(peerReceived)) is { } refusal)
            {
                return refusal;
            }

            if (!_suspended)
            {
                return Failure.Of(ProtocolErrors.ResumeRefused, "A third connection has taken the place of the lost one meanwhile.", retry: true);
            }

            _state.Resume(peerReceived);
            _connection = new HeldConnection(next);
            _suspended = false;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _whenSuspended = NewEvent();
            _resumes++;
        }

        Connected.Set();
        Room.Set();
        WakeTender();
        return null;
    }

    public void GiveUp(Failure why)
    {
        HeldConnection connection;
        lock (_gate)
        {
            if (_end is not null)
            {
                return;
            }

            _end = why;
            connection = _connection;
        }

        connection.Lose();
        Connected.Set();
        Room.Set();
    }

    /// <summary>Looks whether the timer has made a lone acknowledgement due, or has ended the grace time: true.</summary>
    public bool OnTick()
    {
        lock (_gate)
        {
            if (!_timerFired)
            {
                return false;
            }

            _timerFired = false;
            if (!_suspended)
            {
                _state.OnAckTimer();
                StartAckTimer();
                return false;
            }

            // It may have been set before the connection was lost, or be early by its own step.
            var left = _grace - _time.GetElapsedTime(_suspendedAt);
            if (left > TimeSpan.Zero)
            {
                _timer.Change(left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            }

            return left <= TimeSpan.Zero;
        }
    }

    /// <summary>Connections that were given up and that nobody uses any more.</summary>
    public IReadOnlyList<HeldConnection> TakeLost()
    {
        lock (_gate)
        {
            if (_lost.Count == 0)
            {
                return [];
            }

            var left = _lost.FindAll(static lost => lost.IsLeft);
            _lost.RemoveAll(left.Contains);
            return left;
        }
    }

    /// <summary>Takes memory for a batch; where there is none, the peer is to be asked for an acknowledgement.</summary>
    /// <exception cref="TransportEndedException">The transport was given up.</exception>
    public bool TryTakeRoom(int bytes)
    {
        lock (_gate)
        {
            ThrowIfEnded();
            if (_state.TryTakeRoom(bytes))
            {
                return true;
            }

            _state.Ask();
        }

        WakeTender();
        return false;
    }

    public void Add(byte[] buffer, int length)
    {
        lock (_gate)
        {
            _state.Add(buffer, ResumeRecordHeader.HeadRoom, length);
        }
    }

    /// <summary>The next write, and the connection for it; null when there is none to do. <see cref="WriteDone"/> must follow.</summary>
    public HeldConnection? TryNextWrite(out ReadOnlyMemory<byte> write)
    {
        lock (_gate)
        {
            write = default;
            return !_suspended && _end is null && _state.TryNextWrite(_time.GetTimestamp(), out write) ? _connection.Enter() : null;
        }
    }

    public void WriteDone(HeldConnection connection)
    {
        lock (_gate)
        {
            _state.WriteDone();
        }

        Leave(connection);
    }

    /// <summary>A record came over a connection, of data a piece.</summary>
    /// <param name="connection">Where it came from.</param>
    /// <param name="type">What it is.</param>
    /// <param name="bytes">Of data.</param>
    /// <param name="offset">Of an acknowledgement.</param>
    /// <param name="idle">Whether it says nothing, which an honest peer seldom does.</param>
    /// <returns>False when the connection was given up: the peer may have been told already what has come, and sends the rest again.</returns>
    /// <exception cref="ProtocolException">The peer broke the rules.</exception>
    public bool TryTake(HeldConnection connection, ResumeRecordType type, int bytes, long offset, out bool idle)
    {
        lock (_gate)
        {
            idle = false;
            if (_suspended || _connection != connection)
            {
                return false;
            }

            switch (type)
            {
                case ResumeRecordType.Data:
                    _state.OnData(bytes);
                    break;
                case ResumeRecordType.Acknowledgement:
                    idle = !_state.OnAcknowledgement(offset, _time.GetTimestamp());
                    break;
                default:
                    idle = !_state.OnAsk();
                    break;
            }

            return true;
        }
    }

    /// <summary>All that came is taken: sees to it that it is acknowledged, now or in a while.</summary>
    public void Taken()
    {
        bool due;
        lock (_gate)
        {
            due = !_suspended && _state.IsAckDue;
            if (!_suspended && !due)
            {
                StartAckTimer();
            }
        }

        Room.Set();
        if (due)
        {
            // On the reader's thread: a write this small does not wait as a rule, and where it does, only the tender waits.
            Work.Set();
        }
    }

    /// <summary>No reader, writer or tender is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        foreach (var lost in _lost)
        {
            await lost.DisposeAsync();
        }

        await _connection.DisposeAsync();

        lock (_gate)
        {
            _state.Clear();
        }
    }

    void IThreadPoolWorkItem.Execute() => Work.Set();

    private static TaskCompletionSource<Failure> NewEvent() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void WakeTender() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    private void StartAckTimer()
    {
        if (_state.TryStartAckTimer())
        {
            _timer.Change(AckDelay, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _timerFired = true;
        }

        WakeTender();
    }

    private void ThrowIfEnded()
    {
        if (_end is not null)
        {
            throw new TransportEndedException(_end);
        }
    }

    private T Locked<T>(Func<ResumeLink, T> read)
    {
        lock (_gate)
        {
            return read(this);
        }
    }
}
