namespace Mport.Server.Policy.Rules;

/// <summary>
/// Counts requests of many visitors against one rate, each with a bucket that holds as many as the rate allows and fills evenly. Bounded: when all places are
/// taken by visitors whose buckets are not full, newcomers share one. Thread-safe.
/// </summary>
/// <param name="requests">Requests in the time.</param>
/// <param name="per">The time.</param>
/// <param name="time">The clock.</param>
internal sealed class VisitorRates(int requests, TimeSpan per, TimeProvider time)
{
    /// <summary>Visitors remembered: about 2 MiB for a rule that many use.</summary>
    public const int MaxVisitors = 20_000;

    private readonly Lock _gate = new();
    private readonly long _start = time.GetTimestamp();
    private readonly Dictionary<UInt128, TimeSpan> _emptyUntil = [];
    private readonly TimeSpan _step = per / requests;
    private TimeSpan _sweptAt;

    /// <summary>Takes one request of a visitor.</summary>
    /// <param name="visitor">Who.</param>
    /// <param name="left">How many more there may be now.</param>
    /// <param name="full">When there may be as many as at first.</param>
    /// <returns>Null when it may come; else how long to wait.</returns>
    public TimeSpan? TryTake(UInt128 visitor, out int left, out TimeSpan full)
    {
        var now = time.GetElapsedTime(_start);
        lock (_gate)
        {
            if (!_emptyUntil.ContainsKey(visitor) && _emptyUntil.Count >= MaxVisitors && !Sweep(now))
            {
                visitor = UInt128.MaxValue;
            }

            // The generic cell rate algorithm: one moment says how full the bucket is.
            var until = _emptyUntil.TryGetValue(visitor, out var known) && known > now ? known : now;
            var next = until + _step;
            if (next - now > per)
            {
                left = 0;
                full = until - now;
                return next - now - per;
            }

            _emptyUntil[visitor] = next;
            full = next - now;
            left = (int)((per - full) / _step);
            return null;
        }
    }

    // At most once a step of its rate and a second, so that a flood of addresses does not pay for a sweep each.
    private bool Sweep(TimeSpan now)
    {
        if (now - _sweptAt < TimeSpan.FromSeconds(1) && _sweptAt > TimeSpan.Zero)
        {
            return false;
        }

        _sweptAt = now;
        foreach (var (visitor, until) in _emptyUntil)
        {
            if (until <= now)
            {
                _emptyUntil.Remove(visitor);
            }
        }

        return _emptyUntil.Count < MaxVisitors;
    }
}
