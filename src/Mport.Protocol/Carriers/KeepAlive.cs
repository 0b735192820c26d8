namespace Mport.Protocol.Carriers;

/// <summary>
/// When to send a heartbeat and when the peer counts as dead: nothing came for too long, a write has been waiting for too long, or a heartbeat
/// is unanswered for twice as long (on a slow link its answer may stand behind a window of data). Of two that ask each other, one asks in vain: the
/// side that was dialled leaves it to the other while no data flows, since what the other asks is a sign of life as well. Pure: timestamps come in,
/// decisions go out. One caller at a time.
/// </summary>
/// <param name="interval">Between heartbeats, in timestamp units.</param>
/// <param name="deadAfter">Until the peer is dead, in timestamp units.</param>
/// <param name="start">When the carrier began.</param>
/// <param name="asked">Whether the other side sends heartbeats of its own.</param>
internal sealed class KeepAlive(long interval, long deadAfter, long start, bool asked = false)
{
    // Long enough for the other side's heartbeat to be late, short enough for an answer to come before the peer counts as dead.
    private readonly long _silence = interval * 3 / 2;

    private long _nextPing = start;
    private long _pingSent;
    private uint _pingValue;
    private bool _unanswered;
    private long _since = start;

    /// <summary>Decides what is due.</summary>
    /// <param name="now">The timestamp.</param>
    /// <param name="lastReceived">When bytes last came.</param>
    /// <param name="lastCarried">When data last went or came.</param>
    /// <param name="writingSince">Since when a write has been waiting, or 0.</param>
    /// <param name="wait">How long until the next decision.</param>
    public KeepAliveAction Decide(long now, long lastReceived, long lastCarried, long writingSince, out long wait)
    {
        var deadline = Math.Max(lastReceived, _since) + deadAfter;
        if (_unanswered)
        {
            deadline = Math.Min(deadline, _pingSent + (2 * deadAfter));
        }

        if (writingSince != 0)
        {
            deadline = Math.Min(deadline, Math.Max(writingSince, _since) + deadAfter);
        }

        if (now >= deadline)
        {
            wait = 0;
            return KeepAliveAction.Dead;
        }

        if (now >= _nextPing && asked && _pingValue > 0 && now - lastCarried >= interval)
        {
            _nextPing = Math.Max(_nextPing, lastReceived + _silence);
        }

        if (now >= _nextPing)
        {
            _nextPing = now + interval;
            if (TryPing(now))
            {
                wait = Math.Min(_nextPing, deadline) - now;
                return KeepAliveAction.SendPing;
            }
        }

        wait = Math.Min(_nextPing, deadline) - now;
        return KeepAliveAction.None;
    }

    /// <summary>The value of the heartbeat to send.</summary>
    public uint PingValue => _pingValue;

    /// <summary>Begins a heartbeat, unless one is unanswered; its <see cref="PingValue"/> is to be sent.</summary>
    public bool TryPing(long now)
    {
        if (_unanswered)
        {
            return false;
        }

        _unanswered = true;
        _pingSent = now;
        _pingValue++;
        return true;
    }

    /// <summary>
    /// Another connection took the place of the one that was judged so far: all begins anew, with a heartbeat, where the connection lasts for a tenth of the
    /// interval (one that breaks again and again would send many).
    /// </summary>
    public void Restart(long now)
    {
        _since = now;
        _nextPing = now + (interval / 10);
        _unanswered = false;
    }

    /// <summary>An answer came; gives the round trip, or null when it answers nothing.</summary>
    public long? Answered(uint value, long now)
    {
        if (!_unanswered || value != _pingValue)
        {
            return null;
        }

        _unanswered = false;
        return now - _pingSent;
    }
}

/// <summary>What is due.</summary>
internal enum KeepAliveAction
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>Send a ping with <see cref="KeepAlive.PingValue"/>.</summary>
    SendPing,

    /// <summary>End the carrier.</summary>
    Dead,
}
