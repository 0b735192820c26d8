using Mport.Protocol.Relay;
using Mport.Server.Traffic;

namespace Mport.Server.Quotas;

/// <summary>One subject's quota: what it may have, what it has had, and what follows from that for those who are in. Thread-safe.</summary>
internal sealed class QuotaMeter(QuotaSubject subject, TimeProvider time)
{
    private const long DefaultThrottle = 64 * 1024;

    private readonly Lock _gate = new();
    private QuotaLimits _limits = QuotaLimits.None;
    private QuotaUse _use;
    private QuotaStanding _standing = QuotaStanding.Free;
    private long _rate;
    private long _connections;
    private volatile bool _isStopped;

    /// <summary>Whose it is.</summary>
    public QuotaSubject Subject => subject;

    /// <summary>The bandwidth that holds now; changes while visitors are in.</summary>
    public BandwidthSlot Slot { get; } = new();

    /// <summary>Whether it is used up and everything is to stop.</summary>
    public bool IsStopped => _isStopped;

    /// <summary>Visitors now.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>How near its end it is.</summary>
    public QuotaStanding Standing
    {
        get
        {
            lock (_gate)
            {
                return _standing;
            }
        }
    }

    /// <summary>Whether the database has said what was used before this edge began.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>What it may have.</summary>
    public QuotaLimits Limits
    {
        get
        {
            lock (_gate)
            {
                return _limits;
            }
        }
    }

    /// <summary>What it may have from now on. <see cref="Judge"/> says what follows.</summary>
    public void SetLimits(QuotaLimits limits)
    {
        lock (_gate)
        {
            _limits = limits;
        }
    }

    /// <summary>Something was used.</summary>
    public void Add(UsageCount change, DateTimeOffset now)
    {
        lock (_gate)
        {
            _use.Add(change, now);
        }
    }

    /// <summary>This is all that was used, by any edge.</summary>
    public void Set(QuotaTotals totals, DateTimeOffset now)
    {
        lock (_gate)
        {
            _use.Set(totals, now);
            IsKnown = true;
        }
    }

    /// <summary>Draws the conclusions; gives the standing before and now.</summary>
    public (QuotaStanding Before, QuotaStanding Now) Judge(DateTimeOffset now)
    {
        lock (_gate)
        {
            var before = _standing;
            _standing = _use.Judge(_limits, now);
            var isReached = _standing.Stage is QuotaStage.Reached;
            var throttles = _limits.Action is QuotaAction.Throttle;
            _isStopped = isReached && !throttles;
            SetRate(isReached && throttles ? _limits.ThrottleTo is > 0 and var to ? to : DefaultThrottle : 0);
            return (before, _standing);
        }
    }

    /// <summary>One more visitor, if there is room; each is followed by <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        var count = Interlocked.Increment(ref _connections);
        if (!_isStopped && (Volatile.Read(ref _limits).Connections is not (> 0 and var most) || count <= most))
        {
            return true;
        }

        Interlocked.Decrement(ref _connections);
        return false;
    }

    /// <summary>A visitor has gone.</summary>
    public void Leave() => Interlocked.Decrement(ref _connections);

    // Under the lock. A bandwidth that is replaced lets go who waits for it: they find the new one at their next piece.
    private void SetRate(long throttle)
    {
        var rate = _limits.Bandwidth ?? 0;
        rate = throttle > 0 && (rate == 0 || throttle < rate) ? throttle : rate;
        if (rate == _rate)
        {
            return;
        }

        _rate = rate;
        var before = Slot.Current;
        Slot.Current = rate == 0 ? null : new BandwidthPair(new Bandwidth(rate, time), new Bandwidth(rate, time));
        before?.FromVisitor?.Dispose();
        before?.ToVisitor?.Dispose();
    }
}
