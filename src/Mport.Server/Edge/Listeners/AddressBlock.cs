using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Mport.Server.Edge.Listeners;

/// <summary>Whom an address counts for in limits: itself for IPv4, its /64 for IPv6, because one subscriber has a whole /64.</summary>
internal readonly record struct AddressBlock(bool IsV6, ulong Bits)
{
    /// <summary>The block of a connection's peer. One that has gone already counts for an address that nobody has.</summary>
    public static AddressBlock Of(Socket socket)
    {
        try
        {
            return Of((socket.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return Of(IPAddress.None);
        }
    }

    /// <summary>The block of an address; an IPv4 address mapped into IPv6 counts as IPv4.</summary>
    public static AddressBlock Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        plain.TryWriteBytes(bytes, out _);
        return plain.AddressFamily == AddressFamily.InterNetworkV6
            ? new AddressBlock(IsV6: true, BinaryPrimitives.ReadUInt64BigEndian(bytes))
            : new AddressBlock(IsV6: false, BinaryPrimitives.ReadUInt32BigEndian(bytes));
    }
}
