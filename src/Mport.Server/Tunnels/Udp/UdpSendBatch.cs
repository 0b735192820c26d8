namespace Mport.Server.Tunnels.Udp;

/// <summary>Datagrams that go out with one system call. Its memory does not move.</summary>
internal sealed class UdpSendBatch
{
    /// <summary>Datagrams at most.</summary>
    public const int Capacity = 64;

    // One frame of the carrier and one record that was put together from two.
    private const int MemoryBytes = 128 * 1024;

    private readonly Entry[] _entries = new Entry[Capacity];
    private int _used;

    /// <summary>The payloads, one after the other.</summary>
    public byte[] Memory { get; } = GC.AllocateUninitializedArray<byte>(MemoryBytes, pinned: true);

    /// <summary>Datagrams now.</summary>
    public int Count { get; private set; }

    /// <summary>One of them.</summary>
    public ref readonly Entry this[int index] => ref _entries[index];

    /// <summary>Adds a datagram; false when there is no room.</summary>
    public bool TryAdd(UdpAddress to, UInt128 from, ReadOnlySpan<byte> payload)
    {
        if (Count == Capacity || payload.Length > MemoryBytes - _used)
        {
            return false;
        }

        payload.CopyTo(Memory.AsSpan(_used));
        _entries[Count++] = new Entry(to, from, _used, payload.Length);
        _used += payload.Length;
        return true;
    }

    /// <summary>Empties it.</summary>
    public void Clear() => (Count, _used) = (0, 0);

    /// <summary>A datagram to send.</summary>
    /// <param name="To">The visitor.</param>
    /// <param name="From">Which of this machine's addresses it goes out from; 0 lets the system choose.</param>
    /// <param name="Offset">Where its payload begins.</param>
    /// <param name="Length">Its payload's length.</param>
    internal readonly record struct Entry(UdpAddress To, UInt128 From, int Offset, int Length);
}
