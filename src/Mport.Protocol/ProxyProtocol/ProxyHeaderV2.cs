using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Mport.Protocol.ProxyProtocol;

/// <summary>Version 2: a 12-byte signature, version and command, family and transport, 2-byte length of the rest; addresses; type-length-value records.</summary>
public static class ProxyHeaderV2
{
    private const int FixedBytes = 16;
    private const byte Local = 0x20;
    private const byte Proxy = 0x21;

    /// <summary>How each header begins: no text protocol does.</summary>
    internal static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Writes a header, without records.</summary>
    public static byte[] Write(ProxyHeader header)
    {
        if (header.Transport == ProxyTransport.Unspecified || header.Source is not { } source || header.Destination is not { } destination)
        {
            var local = new byte[FixedBytes];
            Signature.CopyTo(local);
            local[12] = Local;
            return local;
        }

        var isV6 = source.AddressFamily == AddressFamily.InterNetworkV6;
        var address = isV6 ? 16 : 4;
        var bytes = new byte[FixedBytes + (2 * address) + 4];
        Signature.CopyTo(bytes);
        bytes[12] = Proxy;
        bytes[13] = (byte)((isV6 ? 0x20 : 0x10) | (header.Transport == ProxyTransport.Stream ? 1 : 2));
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(14), (ushort)(bytes.Length - FixedBytes));
        source.Address.TryWriteBytes(bytes.AsSpan(FixedBytes), out _);
        destination.Address.TryWriteBytes(bytes.AsSpan(FixedBytes + address), out _);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(FixedBytes + (2 * address)), (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(FixedBytes + (2 * address) + 2), (ushort)destination.Port);
        return bytes;
    }

    /// <summary>Reads a header. Never throws.</summary>
    internal static ProxyHeaderResult TryRead(ReadOnlySpan<byte> bytes, out ProxyHeader header, out int length)
    {
        header = ProxyHeader.Unknown;
        length = 0;
        var begin = Math.Min(bytes.Length, Signature.Length);
        if (!bytes[..begin].SequenceEqual(Signature[..begin])
            || (bytes.Length > 12 && bytes[12] is not (Local or Proxy))
            || (bytes.Length > 13 && bytes[12] == Proxy && (bytes[13] >> 4 > 3 || (bytes[13] & 15) > 2)))
        {
            return ProxyHeaderResult.Invalid;
        }

        if (bytes.Length < FixedBytes)
        {
            return ProxyHeaderResult.Incomplete;
        }

        length = FixedBytes + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        if (length > ProxyHeaderReader.MaxBytes)
        {
            return ProxyHeaderResult.Invalid;
        }

        if (bytes.Length < length)
        {
            return ProxyHeaderResult.Incomplete;
        }

        // LOCAL is the proxy itself, a health check for example: the rest of such a header says nothing and is passed over.
        return bytes[12] == Local || TryReadRest(bytes[..length], out header) ? ProxyHeaderResult.Complete : ProxyHeaderResult.Invalid;
    }

    private static bool TryReadRest(ReadOnlySpan<byte> whole, out ProxyHeader header)
    {
        header = ProxyHeader.Unknown;
        // Two addresses with ports, by family: none, IPv4, IPv6, paths of Unix sockets.
        var addresses = (whole[13] >> 4) switch { 0 => 0, 1 => 12, 2 => 36, _ => 216 };
        if (whole.Length < FixedBytes + addresses || !ProxyRecords.AreValid(whole, FixedBytes + addresses))
        {
            return false;
        }

        ProxyTransport transport = (whole[13] & 15) switch { 1 => ProxyTransport.Stream, 2 => ProxyTransport.Datagram, _ => ProxyTransport.Unspecified };
        if (addresses is 12 or 36 && transport != ProxyTransport.Unspecified)
        {
            var block = whole.Slice(FixedBytes, addresses);
            var size = (addresses - 4) / 2;
            header = new ProxyHeader
            {
                Transport = transport,
                Source = new IPEndPoint(new IPAddress(block[..size]), BinaryPrimitives.ReadUInt16BigEndian(block[(2 * size)..])),
                Destination = new IPEndPoint(new IPAddress(block.Slice(size, size)), BinaryPrimitives.ReadUInt16BigEndian(block[((2 * size) + 2)..])),
            };
        }

        return true;
    }
}
