using System.Buffers;
using Mport.Protocol.Errors;

namespace Mport.Protocol.Resume;

/// <summary>
/// What was sent and is not acknowledged, or not sent yet: the batches themselves, in their order, each with room in front for its headers. A batch goes back
/// to the pool once all of it is acknowledged and no write uses it. Without I/O; not thread-safe.
/// </summary>
internal sealed class UnacknowledgedRing(RingAllowance allowance)
{
    private Batch[] _batches = new Batch[4];
    private int _head;
    private int _count;
    private long _headOffset;
    private int _next;
    private int _passed;
    private int _writing = -1;

    /// <summary>Bytes that the peer has acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Where the present connection stands: all bytes before it were acknowledged or given to it.</summary>
    public long Given { get; private set; }

    /// <summary>Bytes that were given to some connection, the present one or one before it.</summary>
    public long Sent { get; private set; }

    /// <summary>Bytes given to a connection more than once.</summary>
    public long Replayed { get; private set; }

    /// <summary>Whether the present connection has still to be given bytes.</summary>
    public bool HasNext => _next < _count;

    /// <summary>Adds a batch, for which the allowance was taken by its length.</summary>
    /// <param name="buffer">Rented; owned by the ring.</param>
    /// <param name="start">Where its bytes begin, at least <see cref="ResumeRecordHeader.HeadRoom"/>.</param>
    /// <param name="length">At most <see cref="ResumeRecordHeader.MaxData"/>.</param>
    public void Add(byte[] buffer, int start, int length)
    {
        if (_count == _batches.Length)
        {
            var larger = new Batch[_count * 2];
            for (var i = 0; i < _count; i++)
            {
                larger[i] = At(i);
            }

            _batches = larger;
            _head = 0;
        }

        At(_count++) = new Batch(buffer, start, length);
    }

    /// <summary>The next bytes for the present connection: a batch, or after a resume what is left of one. Until <see cref="WriteDone"/> they stay as they are.</summary>
    public (byte[] Buffer, int Start, int Length) TakeNext()
    {
        var batch = At(_next);
        var length = batch.Length - _passed;
        var start = batch.Start + _passed;
        Replayed += Math.Clamp(Sent - Given, 0, length);
        Given += length;
        Sent = Math.Max(Sent, Given);
        _passed = 0;
        _writing = _next++;
        return (batch.Buffer, start, length);
    }

    /// <summary>The write of what <see cref="TakeNext"/> gave is over, one way or the other.</summary>
    public void WriteDone()
    {
        _writing = -1;
        DropAcknowledged();
    }

    /// <summary>The peer has received so many bytes; false when it said so before.</summary>
    /// <exception cref="ProtocolException">It cannot have received them over this connection, or had said more before.</exception>
    public bool Acknowledge(long offset)
    {
        if (offset < Acknowledged || offset > Given)
        {
            throw new ProtocolException(
                ProtocolErrors.FrameInvalid, $"The other side acknowledges {offset} bytes; {Acknowledged} are acknowledged already and {Given} were sent.");
        }

        var progress = offset > Acknowledged;
        Acknowledged = offset;
        DropAcknowledged();
        return progress;
    }

    /// <summary>A connection that begins with this byte takes the place of the present one.</summary>
    /// <param name="offset">From <see cref="Acknowledged"/> to <see cref="Sent"/>.</param>
    public void Rewind(long offset)
    {
        Acknowledged = offset;
        Given = offset;
        DropAcknowledged();
        var end = _headOffset;
        for (_next = 0; _next < _count; _next++)
        {
            var length = At(_next).Length;
            if (end + length > offset)
            {
                break;
            }

            end += length;
        }

        _passed = (int)(offset - end);
    }

    /// <summary>Gives all batches back. No write may be going on.</summary>
    public void Clear()
    {
        _writing = -1;
        Acknowledged = long.MaxValue;
        DropAcknowledged();
    }

    // The batch that is being written stays: TCP may bring the acknowledgement before the write tells us that it is done.
    private void DropAcknowledged()
    {
        while (_count > 0 && _writing != 0 && _headOffset + At(0).Length <= Acknowledged)
        {
            var batch = At(0);
            At(0) = default;
            _headOffset += batch.Length;
            _head = (_head + 1) & (_batches.Length - 1);
            _count--;
            _next = Math.Max(0, _next - 1);
            _writing = Math.Max(-1, _writing - 1);
            allowance.Return(batch.Buffer.Length);
            ArrayPool<byte>.Shared.Return(batch.Buffer);
        }
    }

    private ref Batch At(int index) => ref _batches[(_head + index) & (_batches.Length - 1)];

    private readonly record struct Batch(byte[] Buffer, int Start, int Length);
}
