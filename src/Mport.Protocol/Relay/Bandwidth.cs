namespace Mport.Protocol.Relay;

/// <summary>
/// So many bytes a second for all streams that share it, in one direction. Who wants more than is there waits in turn, one quantum a round, so that
/// each stream gets the same share however much the others want. While nobody waits there is no timer. Thread-safe.
/// </summary>
public sealed class Bandwidth : IDisposable
{
    // A stream's turn. Small enough for thirty streams to have one within a second, large enough to keep system calls few.
    private const int TurnsPerSecond = 32;
    private const int SmallestQuantum = 512;
    private const int LargestQuantum = 64 * 1024;

    // A timer takes no more than 49 days; whoever waits for longer is looked at again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Queue<Waiter> _waiting = new();
    private readonly Bandwidth? _parent;
    private readonly TimeProvider _time;
    private TokenBucket _bucket;
    private ITimer? _timer;
    private bool _timerRuns;
    private bool _isDisposed;

    /// <summary>Makes one. Its burst is an eighth of a second, at least 64 KiB, so that a largest datagram fits.</summary>
    /// <param name="bytesPerSecond">At least 1.</param>
    /// <param name="time">The clock.</param>
    /// <param name="parent">A wider bandwidth that each byte is taken from too: the account's.</param>
    public Bandwidth(long bytesPerSecond, TimeProvider time, Bandwidth? parent = null)
    {
        _time = time;
        _parent = parent;
        _bucket = new TokenBucket(bytesPerSecond, Math.Max(LargestQuantum, bytesPerSecond / 8), time.TimestampFrequency, time.GetTimestamp());
        Quantum = (int)Math.Clamp(bytesPerSecond / TurnsPerSecond, SmallestQuantum, LargestQuantum);
        Quantum = parent is null ? Quantum : Math.Min(Quantum, parent.Quantum);
    }

    /// <summary>As many bytes as should be asked for at one time.</summary>
    public int Quantum { get; }

    /// <summary>Whether nobody waits, and the burst is whole: one that is made anew would be the same.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count == 0 && _bucket.IsFull(_time.GetTimestamp());
            }
        }
    }

    /// <summary>Takes bytes if they are to be had at once: for datagrams, which are dropped else.</summary>
    public bool TryTake(int bytes)
    {
        if (!TryTakeHere(bytes))
        {
            return false;
        }

        // What the parent refuses stays taken here: a datagram that is dropped counts against its own tunnel.
        return _parent?.TryTake(bytes) != false;
    }

    /// <summary>Waits until so many bytes may pass.</summary>
    /// <param name="bytes">At most <see cref="Quantum"/>, else others wait long for their turn.</param>
    /// <param name="cancellationToken">Gives the turn up.</param>
    public async ValueTask TakeAsync(int bytes, CancellationToken cancellationToken)
    {
        if (!TryTakeHere(bytes))
        {
            await WaitAsync(bytes, cancellationToken);
        }

        if (_parent is not null)
        {
            await _parent.TakeAsync(bytes, cancellationToken);
        }
    }

    /// <summary>Ends the limit: who waits or comes later passes.</summary>
    public void Dispose()
    {
        List<Waiter> waiters;
        lock (_gate)
        {
            _isDisposed = true;
            waiters = [.. _waiting];
            _waiting.Clear();
            _timer?.Dispose();
            _timer = null;
            _timerRuns = false;
        }

        waiters.ForEach(waiter => waiter.TrySetResult());
    }

    private bool TryTakeHere(int bytes)
    {
        lock (_gate)
        {
            // Who comes later does not overtake.
            return _isDisposed || (_waiting.Count == 0 && _bucket.TryTake(bytes, _time.GetTimestamp()));
        }
    }

    private async Task WaitAsync(int bytes, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(bytes);
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _waiting.Enqueue(waiter);
            SetTimer();
        }

        // A waiter that has given up stays in the queue until its turn, and is passed over then.
        await using var registration = cancellationToken.UnsafeRegister(static (waiter, token) => (waiter as Waiter)?.TrySetCanceled(token), waiter);
        await waiter.Task;
    }

    // Under the lock.
    private void SetTimer()
    {
        if (_timerRuns || !_waiting.TryPeek(out var first))
        {
            return;
        }

        var ticks = _bucket.TicksUntil(first.Bytes, _time.GetTimestamp());
        var due = TimeSpan.FromMilliseconds(Math.Min(LongestWait.TotalMilliseconds, Math.Ceiling((double)ticks / _time.TimestampFrequency * 1000)));
        _timerRuns = true;
        if (_timer is null)
        {
            _timer = _time.CreateTimer(static self => (self as Bandwidth)?.ServeWaiting(), this, due, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    private void ServeWaiting()
    {
        var served = new List<Waiter>();
        lock (_gate)
        {
            _timerRuns = false;
            while (_waiting.TryPeek(out var first) && (first.Task.IsCompleted || _bucket.TryTake(first.Bytes, _time.GetTimestamp())))
            {
                served.Add(_waiting.Dequeue());
            }

            SetTimer();
        }

        served.ForEach(waiter => waiter.TrySetResult());
    }

    private sealed class Waiter(int bytes) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int Bytes { get; } = bytes;
    }
}

/// <summary>The bandwidth of both directions; null where a direction has no limit.</summary>
/// <param name="FromVisitor">Towards the target.</param>
/// <param name="ToVisitor">Towards the visitor.</param>
public sealed record BandwidthPair(Bandwidth? FromVisitor, Bandwidth? ToVisitor);
