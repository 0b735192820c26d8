namespace Mport.Protocol.Carriers;

/// <summary>
/// Whether a connection that is in use seems dead, long before <see cref="KeepAlive"/> is sure: nothing came for a while, and a ping changed nothing; or the
/// peer acknowledges nothing. A connection that has carried no data lately is not suspected: nobody waits for it, and thousands of those must cost little. Pure;
/// one caller at a time.
/// </summary>
/// <param name="second">Timestamp units.</param>
internal sealed class Suspicion(long second)
{
    private readonly long _lately = 30 * second;
    private readonly long _quiet = 3 * second;
    private readonly long _unanswered = 3 * second;
    private readonly long _owed = 6 * second;
    private long _pinged;

    /// <summary>Decides what is due.</summary>
    /// <param name="now">The timestamp.</param>
    /// <param name="lastCarried">When data last went or came.</param>
    /// <param name="lastReceived">When bytes last came.</param>
    /// <param name="owedSince">Since when the peer has owed an acknowledgement, or 0.</param>
    /// <param name="wait">How long until the next decision.</param>
    public SuspicionAction Decide(long now, long lastCarried, long lastReceived, long owedSince, out long wait)
    {
        wait = long.MaxValue;
        if (now - lastCarried > _lately)
        {
            return SuspicionAction.None;
        }

        var owed = owedSince == 0 ? long.MaxValue : owedSince + _owed;
        var quiet = lastReceived + _quiet;
        if (now < quiet)
        {
            wait = Math.Min(quiet, owed) - now;
            return now >= owed ? Doubt(out wait) : SuspicionAction.None;
        }

        if (_pinged <= lastReceived)
        {
            _pinged = now;
            wait = Math.Min(_unanswered, Math.Max(0, owed - now));
            return SuspicionAction.Ping;
        }

        var unanswered = _pinged + _unanswered;
        wait = Math.Min(unanswered, owed) - now;
        return now >= Math.Min(unanswered, owed) ? Doubt(out wait) : SuspicionAction.None;
    }

    // While the doubt lasts it is looked at as often as a ping would be waited for.
    private SuspicionAction Doubt(out long wait)
    {
        wait = _unanswered;
        return SuspicionAction.Doubt;
    }
}

/// <summary>What is due.</summary>
internal enum SuspicionAction
{
    /// <summary>Nothing: the connection lives, or nobody uses it.</summary>
    None,

    /// <summary>Send a ping, to see whether anything comes.</summary>
    Ping,

    /// <summary>The connection seems dead.</summary>
    Doubt,
}
