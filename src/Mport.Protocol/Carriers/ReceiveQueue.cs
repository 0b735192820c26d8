using System.Buffers;

namespace Mport.Protocol.Carriers;

/// <summary>Bytes that have come on a stream and have not gone on yet, in rented segments. Bounded by the stream's window; not thread-safe.</summary>
internal sealed class ReceiveQueue
{
    private const int SegmentBytes = 64 * 1024;

    private readonly Queue<Segment> _segments = new();
    private Segment? _last;

    /// <summary>The memory that the segments take, in bytes.</summary>
    public int RentedBytes { get; private set; }

    /// <summary>True when nothing is held.</summary>
    public bool IsEmpty => _segments.Count == 0;

    /// <summary>Adds bytes at the end.</summary>
    public void Enqueue(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_last is null || _last.End == _last.Buffer.Length)
            {
                _last = new Segment(ArrayPool<byte>.Shared.Rent(Math.Clamp(bytes.Length, 1024, SegmentBytes)));
                _segments.Enqueue(_last);
                RentedBytes += _last.Buffer.Length;
            }

            var count = Math.Min(bytes.Length, _last.Buffer.Length - _last.End);
            bytes[..count].CopyTo(_last.Buffer.AsSpan(_last.End));
            _last.End += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>The first bytes held; empty when there are none. Valid until they are dequeued; an enqueue only adds behind them.</summary>
    public ReadOnlyMemory<byte> Peek() =>
        _segments.TryPeek(out var first) ? first.Buffer.AsMemory(first.Start, first.End - first.Start) : default;

    /// <summary>Drops bytes from the start; at most what <see cref="Peek"/> gave.</summary>
    public void Dequeue(int count)
    {
        var first = _segments.Peek();
        first.Start += count;
        if (first.Start == first.End)
        {
            _segments.Dequeue();
            if (first == _last)
            {
                _last = null;
            }

            RentedBytes -= first.Buffer.Length;
            ArrayPool<byte>.Shared.Return(first.Buffer);
        }
    }

    /// <summary>Drops all without giving the memory back to the pool: somebody may still be sending what <see cref="Peek"/> gave.</summary>
    public void Abandon()
    {
        _segments.Clear();
        _last = null;
        RentedBytes = 0;
    }

    private sealed class Segment(byte[] buffer)
    {
        public byte[] Buffer { get; } = buffer;

        public int Start { get; set; }

        public int End { get; set; }
    }
}
