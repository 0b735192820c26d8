namespace Mport.Protocol.Carriers;

/// <summary>
/// Counts frames that are legal but that no honest peer sends in number: pings, empty data, updates by nothing (SEC-23). A token bucket. Pure;
/// not thread-safe.
/// </summary>
/// <param name="ticksPerSecond">Units of the timestamps.</param>
/// <param name="start">When the carrier began.</param>
internal sealed class GlitchBudget(long ticksPerSecond, long start)
{
    // An honest peer pings every 10 s, and a bored one every second.
    private const int PerSecond = 100;
    private const int Burst = 200;

    private double _left = Burst;
    private long _last = start;

    /// <summary>Takes one; false when the peer has none left.</summary>
    public bool TryTake(long now)
    {
        _left = Math.Min(Burst, _left + ((double)(now - _last) / ticksPerSecond * PerSecond));
        _last = now;
        if (_left < 1)
        {
            return false;
        }

        _left--;
        return true;
    }
}
