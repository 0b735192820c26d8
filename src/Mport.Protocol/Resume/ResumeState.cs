using Mport.Protocol.Errors;

namespace Mport.Protocol.Resume;

/// <summary>
/// One side of a resumable carrier: what was sent and is kept, what has come and is told, and what the present connection is to be given next.
/// Without I/O or timers; not thread-safe.
/// </summary>
internal sealed class ResumeState
{
    /// <summary>
    /// Untold bytes after which an acknowledgement goes alone. 256 KiB is one batch of a flow: less costs packets, more lets the sender's memory grow cold
    /// before it is used again. A peer that keeps little is told earlier.
    /// </summary>
    public const int AckBytes = 256 * 1024;

    private readonly RingAllowance _allowance;
    private readonly UnacknowledgedRing _ring;
    private readonly AckPolicy _acks;
    private readonly byte[] _control = new byte[ResumeRecordHeader.HeadRoom];
    private bool _mustAsk;
    private bool _asked;

    public ResumeState(ResumeOptions options, long peerWindow)
    {
        _allowance = new RingAllowance(options.Window, options.Budget);
        _ring = new UnacknowledgedRing(_allowance);
        _acks = new AckPolicy(Math.Clamp(peerWindow / 4, 1, AckBytes));
    }

    /// <summary>Bytes that have come.</summary>
    public long Received => _acks.Received;

    /// <summary>Memory that holds unacknowledged bytes.</summary>
    public long Kept => _allowance.Used;

    /// <summary>Bytes sent more than once.</summary>
    public long Replayed => _ring.Replayed;

    /// <summary>Since when the peer has owed an acknowledgement, or made no progress with it; 0 when it owes none.</summary>
    public long OwedSince { get; private set; }

    /// <summary>Whether an acknowledgement is due, for which no data need be waited for.</summary>
    public bool IsAckDue => _acks.IsDue;

    /// <summary>Takes memory for a batch.</summary>
    public bool TryTakeRoom(int bytes) => _allowance.TryTake(bytes);

    /// <summary>There is no room: the peer is asked for an acknowledgement, once until there is progress. To ask again and again would look like a flood.</summary>
    public void Ask()
    {
        _mustAsk |= !_asked;
        _asked = true;
    }

    /// <summary>Adds a batch for which there was room.</summary>
    public void Add(byte[] buffer, int start, int length) => _ring.Add(buffer, start, length);

    /// <summary>The next write for the present connection, whole records; false when there is nothing to write. <see cref="WriteDone"/> must follow.</summary>
    public bool TryNextWrite(long now, out ReadOnlyMemory<byte> write)
    {
        if (_ring.HasNext)
        {
            if (_ring.Given == _ring.Acknowledged)
            {
                OwedSince = now;
            }

            _asked &= _mustAsk;
            var (buffer, start, length) = _ring.TakeNext();
            start -= ResumeRecordHeader.Size;
            new ResumeRecordHeader(ResumeRecordType.Data, length).Write(buffer.AsSpan(start));
            length += ResumeRecordHeader.Size;
            if (_acks.IsPending)
            {
                start -= ResumeRecordHeader.Size + ResumeRecordHeader.OffsetSize;
                ResumeRecordHeader.WriteAcknowledgement(buffer.AsSpan(start), _acks.Tell());
                length += ResumeRecordHeader.Size + ResumeRecordHeader.OffsetSize;
            }

            write = buffer.AsMemory(start, length);
            return true;
        }

        var control = 0;
        if (_acks.IsDue)
        {
            ResumeRecordHeader.WriteAcknowledgement(_control, _acks.Tell());
            control = ResumeRecordHeader.Size + ResumeRecordHeader.OffsetSize;
        }

        if (_mustAsk)
        {
            _mustAsk = false;
            new ResumeRecordHeader(ResumeRecordType.Ask, 0).Write(_control.AsSpan(control));
            control += ResumeRecordHeader.Size;
        }

        write = _control.AsMemory(0, control);
        return control > 0;
    }

    /// <summary>The write is over, one way or the other.</summary>
    public void WriteDone() => _ring.WriteDone();

    /// <summary>Bytes of the carrier came.</summary>
    public void OnData(int bytes) => _acks.OnReceived(bytes);

    /// <summary>An acknowledgement came; false when it says nothing new.</summary>
    /// <exception cref="ProtocolException">It cannot be.</exception>
    public bool OnAcknowledgement(long offset, long now)
    {
        var progress = _ring.Acknowledge(offset);
        if (progress)
        {
            _asked = _mustAsk;
            OwedSince = _ring.Given == offset ? 0 : now;
        }

        return progress;
    }

    /// <summary>The peer asks for an acknowledgement; false when it has sent nothing since it last did.</summary>
    public bool OnAsk() => _acks.OnAsked();

    /// <summary>Whether the timer for a lone acknowledgement is to be started.</summary>
    public bool TryStartAckTimer() => _acks.TryStartTimer();

    /// <summary>The timer for a lone acknowledgement has run out.</summary>
    public void OnAckTimer() => _acks.OnTimer();

    /// <summary>Why a connection on which the peer says that it has received so many bytes cannot be served; null when it can.</summary>
    public Failure? Check(long peerReceived)
    {
        var reason = peerReceived < _ring.Acknowledged ? $"The other side has lost bytes: it had received {_ring.Acknowledged} and now says {peerReceived}."
            : peerReceived > _ring.Sent ? $"The other side says that it has received {peerReceived} bytes; {_ring.Sent} were sent."
            : null;
        return reason is null ? null : Failure.Of(ProtocolErrors.ResumeRefused, reason, retry: true);
    }

    /// <summary>Another connection, over which both sides have told each other what they received, takes the place of the present one.</summary>
    public void Resume(long peerReceived)
    {
        _ring.Rewind(peerReceived);
        _acks.ToldByGreeting();
        _mustAsk = false;
        _asked = false;
        OwedSince = 0;
    }

    /// <summary>Gives all memory back. No write may be going on.</summary>
    public void Clear()
    {
        _ring.Clear();
        _allowance.Clear();
    }
}
