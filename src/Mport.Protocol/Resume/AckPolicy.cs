namespace Mport.Protocol.Resume;

/// <summary>
/// What has come, and when to tell the peer: with the next data that goes out, or alone when much is untold, when the peer asks, or when nothing went out
/// for a while. A trifle, such as a heartbeat's answer, goes along with the next heartbeat. Pure; not thread-safe.
/// </summary>
/// <param name="threshold">Untold bytes that are worth a record of their own.</param>
internal sealed class AckPolicy(long threshold)
{
    // A sender in doubt sends a heartbeat, whose answer takes the acknowledgement along: nobody waits for one of so few bytes.
    private const int TrifleBytes = 256;

    private bool _due;
    private bool _newSinceAsk;
    private bool _timing;
    private long _toldAtTimer;

    /// <summary>Bytes that have come.</summary>
    public long Received { get; private set; }

    /// <summary>What the peer was told.</summary>
    public long Told { get; private set; }

    /// <summary>Whether an acknowledgement must go now, with or without data.</summary>
    public bool IsDue => _due || Received - Told >= threshold;

    /// <summary>Whether there is anything to tell.</summary>
    public bool IsPending => Received > Told;

    /// <summary>Bytes came.</summary>
    public void OnReceived(int bytes)
    {
        Received += bytes;
        _newSinceAsk = true;
    }

    /// <summary>The peer asks; false when it has sent nothing since it last did. Where all is told, the answer is on its way already.</summary>
    public bool OnAsked()
    {
        _due = IsPending;
        var honest = _newSinceAsk;
        _newSinceAsk = false;
        return honest;
    }

    /// <summary>The offset is written now.</summary>
    public long Tell()
    {
        _due = false;
        return Told = Received;
    }

    /// <summary>The offset was told in a greeting; what was due before is void.</summary>
    public void ToldByGreeting()
    {
        Tell();
        _timing = false;
    }

    /// <summary>Whether to start the timer: more than a trifle is untold and it is not running.</summary>
    public bool TryStartTimer()
    {
        if (_timing || Received - Told <= TrifleBytes)
        {
            return false;
        }

        _timing = true;
        _toldAtTimer = Told;
        return true;
    }

    /// <summary>The timer has run out: if no data took the acknowledgement along, it goes alone.</summary>
    public void OnTimer()
    {
        _due |= _timing && IsPending && Told == _toldAtTimer;
        _timing = false;
    }
}
