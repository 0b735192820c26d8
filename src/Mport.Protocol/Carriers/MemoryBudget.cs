namespace Mport.Protocol.Carriers;

/// <summary>
/// Bounds the bytes that buffers hold or have promised to take, so that slow readers and fast senders together cannot use up the memory. Budgets
/// nest: a session's inside its account's inside the process's; what is taken counts in each. The fuller a budget, the less it gives: first
/// windows grow no more, then nothing new begins, then large buffers end, and the last twentieth is for small ones. Thread-safe, without locks.
/// </summary>
/// <param name="limit">Bytes in all.</param>
/// <param name="parent">A wider budget that must agree too.</param>
public sealed class MemoryBudget(long limit, MemoryBudget? parent = null)
{
    private long _used;
    private long _refusals;

    /// <summary>Bytes that may be taken in all.</summary>
    public long Limit => limit;

    /// <summary>Bytes taken.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>How often bytes for a buffer were refused by this budget or a narrower one; windows that did not grow are not counted.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    /// <summary>Whether something new may begin: 85 % are not taken, here and in the wider budgets (REL-36).</summary>
    public bool HasRoom => Used <= limit - (limit / 100 * 15) && parent?.HasRoom != false;

    /// <summary>Takes bytes, or none.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="use">What they are for.</param>
    public bool TryTake(long bytes, MemoryUse use = MemoryUse.Buffer)
    {
        var fitsHere = Interlocked.Add(ref _used, bytes) <= CeilingFor(use);
        if (fitsHere && parent?.TryTake(bytes, use) != false)
        {
            return true;
        }

        Interlocked.Add(ref _used, -bytes);
        if (use != MemoryUse.Ahead && !fitsHere)
        {
            CountRefusal();
        }

        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(long bytes)
    {
        Interlocked.Add(ref _used, -bytes);
        parent?.Return(bytes);
    }

    private void CountRefusal()
    {
        Interlocked.Increment(ref _refusals);
        parent?.CountRefusal();
    }

    // In shares of the limit, each leaving room for what is more urgent.
    private long CeilingFor(MemoryUse use) => use switch
    {
        MemoryUse.Ahead => limit / 4,
        MemoryUse.Buffer => limit - (limit / 20),
        MemoryUse.Small => limit,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>What bytes of a <see cref="MemoryBudget"/> are for.</summary>
public enum MemoryUse
{
    /// <summary>Room promised to a sender ahead of need, for speed alone: up to a quarter of the budget.</summary>
    Ahead,

    /// <summary>A buffer that is filled, or will be: up to 95 % of the budget.</summary>
    Buffer,

    /// <summary>A buffer of at most 64 KiB: up to the whole budget, so that those who read what they get go on when others do not.</summary>
    Small,
}
