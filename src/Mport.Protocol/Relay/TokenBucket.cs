namespace Mport.Protocol.Relay;

/// <summary>
/// A token bucket: fills at a steady rate up to what it holds, and gives out what is there. Exact to the token over any time: never more than
/// its size plus the rate times the time. Pure; not thread-safe.
/// </summary>
public struct TokenBucket
{
    private readonly long _rate;
    private readonly long _size;
    private readonly long _ticksPerSecond;

    // In tokens times ticks per second, so that nothing is lost to rounding; 128 bits, because a fast bucket overflows 64.
    private Int128 _scaled;
    private long _last;

    /// <summary>A full bucket.</summary>
    /// <param name="rate">Tokens a second, at least 1.</param>
    /// <param name="size">The most that it holds, at least 1.</param>
    /// <param name="ticksPerSecond">Units of the timestamps.</param>
    /// <param name="now">The timestamp now.</param>
    public TokenBucket(long rate, long size, long ticksPerSecond, long now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rate, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        _rate = rate;
        _size = size;
        _ticksPerSecond = ticksPerSecond;
        _scaled = (Int128)size * ticksPerSecond;
        _last = now;
    }

    /// <summary>Takes tokens, or none. More than the bucket holds are given when it is full, and owed.</summary>
    public bool TryTake(long tokens, long now)
    {
        Fill(now);
        if (_scaled < Needed(tokens))
        {
            return false;
        }

        _scaled -= (Int128)tokens * _ticksPerSecond;
        return true;
    }

    /// <summary>How many ticks from now on <see cref="TryTake"/> will give so many; 0 when it does at once.</summary>
    public long TicksUntil(long tokens, long now)
    {
        Fill(now);
        var missing = Needed(tokens) - _scaled;
        // Rounded up: a tick too early would be a wait in vain.
        return missing <= 0 ? 0 : (long)Int128.Min(long.MaxValue, (missing + _rate - 1) / _rate);
    }

    /// <summary>Whether the bucket is full: nobody has taken anything for so long that it may as well be forgotten.</summary>
    public bool IsFull(long now)
    {
        Fill(now);
        return _scaled == (Int128)_size * _ticksPerSecond;
    }

    private readonly Int128 Needed(long tokens) => (Int128)Math.Min(tokens, _size) * _ticksPerSecond;

    private void Fill(long now)
    {
        if (now > _last)
        {
            _scaled = Int128.Min((Int128)_size * _ticksPerSecond, _scaled + ((Int128)(now - _last) * _rate));
            _last = now;
        }
    }
}
