using Mport.Protocol.Relay;

namespace Mport.Server.Limits;

/// <summary>How many connections a second one listening port takes. Used by its accept loop alone.</summary>
/// <param name="perSecond">Connections a second, and as many at once; 0 for no limit.</param>
/// <param name="time">The clock.</param>
internal sealed class AcceptRate(int perSecond, TimeProvider time)
{
    private TokenBucket _bucket = new(Math.Max(1, perSecond), Math.Max(1, perSecond), time.TimestampFrequency, time.GetTimestamp());

    /// <summary>Whether one more connection is taken.</summary>
    public bool TryAccept() => perSecond == 0 || _bucket.TryTake(1, time.GetTimestamp());
}
