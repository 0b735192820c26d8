namespace Mport.Client;

/// <summary>Lets at most one pass in a span of time: for events that a peer could otherwise raise without end. Thread-safe.</summary>
/// <param name="between">The least time between two passes.</param>
/// <param name="time">The clock.</param>
internal sealed class RateGate(TimeSpan between, TimeProvider time)
{
    private long _last = long.MinValue;

    /// <summary>Whether the caller may pass now.</summary>
    public bool TryPass()
    {
        var last = Interlocked.Read(ref _last);
        var now = time.GetTimestamp();
        return (last == long.MinValue || time.GetElapsedTime(last, now) >= between) && Interlocked.CompareExchange(ref _last, now, last) == last;
    }
}
