using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mport.Server.Tunnels.Udp;

/// <summary>An address and port as IPv6 has them, without an object for each datagram; an IPv4 address is the mapped one.</summary>
/// <param name="Bits">The address, most significant byte first.</param>
/// <param name="Port">The port.</param>
/// <param name="Scope">The interface of a link-local address, else 0.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UdpAddress(UInt128 Bits, ushort Port, uint Scope)
{
    /// <summary>The size of the system's <c>sockaddr_in6</c>, the larger of the two.</summary>
    public const int MaxBytes = 28;

    private const int V4Bytes = 16;
    private static readonly UInt128 _mapped = 0xFFFFul << 32;

    /// <summary>Whether it is an IPv4 address.</summary>
    public bool IsV4 => Bits >> 32 == 0xFFFF;

    /// <summary>Whom it counts for in limits: itself for IPv4, its /64 for IPv6.</summary>
    public UInt128 Block => IsV4 ? Bits : Bits >> 64 << 64;

    /// <summary>Whether a visitor can have it: no port 0, no multicast, no broadcast, nothing unspecified (SEC-49).</summary>
    public bool CanBeVisitor => Port != 0 && (IsV4
        ? (uint)Bits >> 24 is > 0 and < 224
        : Bits != UInt128.Zero && (byte)(Bits >> 120) != 0xFF);

    /// <summary>An address alone.</summary>
    public static UInt128 BitsOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>Reads the system's <c>sockaddr</c>.</summary>
    public static UdpAddress Read(ReadOnlySpan<byte> system, AddressFamily family)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(system[2..]);
        return family == AddressFamily.InterNetwork
            ? new UdpAddress(_mapped | BinaryPrimitives.ReadUInt32BigEndian(system[4..]), port, 0)
            : new UdpAddress(BinaryPrimitives.ReadUInt128BigEndian(system[8..]), port, MemoryMarshal.Read<uint>(system[24..]));
    }

    /// <summary>Writes the system's <c>sockaddr</c> behind its first two bytes, the family, which the system tells apart in its own way.</summary>
    /// <returns>Its length.</returns>
    public int Write(Span<byte> system, AddressFamily family)
    {
        BinaryPrimitives.WriteUInt16BigEndian(system[2..], Port);
        if (family == AddressFamily.InterNetwork)
        {
            BinaryPrimitives.WriteUInt32BigEndian(system[4..], (uint)Bits);
            system[8..V4Bytes].Clear();
            return V4Bytes;
        }

        system[4..8].Clear();
        BinaryPrimitives.WriteUInt128BigEndian(system[8..], Bits);
        MemoryMarshal.Write(system[24..], Scope);
        return MaxBytes;
    }

    /// <summary>The address as an object.</summary>
    public IPEndPoint ToEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
        return new IPEndPoint(IsV4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes, Scope), Port);
    }
}
