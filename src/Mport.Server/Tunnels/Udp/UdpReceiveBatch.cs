namespace Mport.Server.Tunnels.Udp;

/// <summary>Room for the datagrams of one receive. Its memory does not move, so that the system can be pointed at it; what is never used of it costs nothing.</summary>
internal sealed class UdpReceiveBatch
{
    /// <summary>Datagrams at most: enough to make the system call cheap, few enough that the first is not held up by the last.</summary>
    public const int Capacity = 32;

    /// <summary>Bytes of a place: a datagram can have 65,507.</summary>
    public const int SlotBytes = 64 * 1024;

    private readonly UdpAddress[] _sources = new UdpAddress[Capacity];
    private readonly UInt128[] _locals = new UInt128[Capacity];
    private readonly int[] _lengths = new int[Capacity];

    /// <summary>The places, one after the other.</summary>
    public byte[] Memory { get; } = GC.AllocateUninitializedArray<byte>(Capacity * SlotBytes, pinned: true);

    /// <summary>A datagram's payload.</summary>
    public ReadOnlySpan<byte> Payload(int index) => Memory.AsSpan(index * SlotBytes, _lengths[index]);

    /// <summary>Where a datagram came from.</summary>
    public UdpAddress Source(int index) => _sources[index];

    /// <summary>Which of this machine's addresses it came to; 0 where the system did not tell.</summary>
    public UInt128 Local(int index) => _locals[index];

    /// <summary>Describes the datagram of a place.</summary>
    public void Set(int index, int length, UdpAddress source, UInt128 local)
    {
        _lengths[index] = length;
        _sources[index] = source;
        _locals[index] = local;
    }
}
