using System.Buffers;
using Mport.Protocol.Carriers;

namespace Mport.Protocol.Datagrams;

/// <summary>
/// Datagrams that wait to be sent, in the order in which they came; a full queue drops the oldest. Payloads lie in one ring, which grows with need
/// inside a budget and is given back when the queue is empty. Pure; not thread-safe.
/// </summary>
internal sealed class DatagramQueue(DatagramLimits limits, MemoryBudget budget)
{
    // What one frame takes. A smaller ring would be copied to a larger one at the first burst.
    private const int FirstBytes = 64 * 1024;

    private readonly Queue<Item> _items = new();
    private byte[] _ring = [];
    private int _size;
    private int _head;
    private int _used;

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => _items.Count == 0;

    /// <summary>Adds a datagram.</summary>
    /// <returns>How many datagrams were dropped for it, itself included when there is no room at all.</returns>
    public int Enqueue(DatagramVisitor visitor, ReadOnlySpan<byte> payload)
    {
        var dropped = 0;
        while (_items.Count >= limits.QueueDatagrams || (payload.Length > _size - _used && !TryGrow(_used + payload.Length)))
        {
            dropped++;
            if (_items.Count == 0)
            {
                return dropped;
            }

            Drop();
        }

        _items.Enqueue(new Item(visitor, payload.Length));
        if (!payload.IsEmpty)
        {
            var tail = (_head + _used) % _size;
            var first = Math.Min(payload.Length, _size - tail);
            payload[..first].CopyTo(_ring.AsSpan(tail));
            payload[first..].CopyTo(_ring);
            _used += payload.Length;
        }

        return dropped;
    }

    /// <summary>The oldest datagram's visitor and length.</summary>
    public bool TryPeek(out DatagramVisitor? visitor, out int length)
    {
        var any = _items.TryPeek(out var item);
        visitor = item.Visitor;
        length = item.Length;
        return any;
    }

    /// <summary>Takes the oldest datagram's payload.</summary>
    public void Dequeue(Span<byte> into)
    {
        var length = _items.Peek().Length;
        var first = Math.Min(length, _size - _head);
        _ring.AsSpan(_head, first).CopyTo(into);
        _ring.AsSpan(0, length - first).CopyTo(into[first..]);
        Drop();
    }

    /// <summary>Drops the oldest datagram.</summary>
    public void Drop()
    {
        var length = _items.Dequeue().Length;
        _used -= length;
        _head = _size == 0 ? 0 : (_head + length) % _size;
        if (_items.Count == 0)
        {
            Release();
        }
    }

    /// <summary>Drops all; gives how many.</summary>
    public int Clear()
    {
        var count = _items.Count;
        _items.Clear();
        Release();
        return count;
    }

    private void Release()
    {
        if (_size > 0)
        {
            ArrayPool<byte>.Shared.Return(_ring);
            budget.Return(_size);
            (_ring, _size, _head, _used) = ([], 0, 0, 0);
        }
    }

    private bool TryGrow(int needed)
    {
        if (needed > limits.QueueBytes)
        {
            return false;
        }

        var size = Math.Min(limits.QueueBytes, Math.Max(FirstBytes, Math.Max(needed, _size * 2)));
        if (!budget.TryTake(size - _size, size <= FirstBytes ? MemoryUse.Small : MemoryUse.Buffer))
        {
            return false;
        }

        var larger = ArrayPool<byte>.Shared.Rent(size);
        var first = Math.Min(_used, _size - _head);
        _ring.AsSpan(_head, first).CopyTo(larger);
        _ring.AsSpan(0, _used - first).CopyTo(larger.AsSpan(first));
        if (_size > 0)
        {
            ArrayPool<byte>.Shared.Return(_ring);
        }

        (_ring, _size, _head) = (larger, size, 0);
        return true;
    }

    private readonly record struct Item(DatagramVisitor Visitor, int Length);
}
