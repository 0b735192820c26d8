using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;

namespace Mport.Protocol.Streams;

/// <summary>
/// What the edge writes first on a visitor's stream: 2-byte length of the rest, version, kind, 4-byte tunnel number, address family (0 none, 4, 6),
/// address, 2-byte port; all big-endian. Bytes beyond these belong to later versions and are passed over.
/// </summary>
public sealed record StreamPrelude
{
    /// <summary>The longest prelude, length field included.</summary>
    public const int MaxBytes = 256;

    private const byte Version = 1;
    private const int FixedBytes = 7;

    /// <summary>What the stream carries.</summary>
    public required StreamKind Kind { get; init; }

    /// <summary>The tunnel's number in this session, from TunnelOpened.</summary>
    public required int Tunnel { get; init; }

    /// <summary>The visitor's address; null for a pooled connection that serves several visitors.</summary>
    public IPEndPoint? Visitor { get; init; }

    /// <summary>Writes the prelude.</summary>
    public byte[] ToBytes()
    {
        var address = Visitor is null ? [] : (Visitor.Address.IsIPv4MappedToIPv6 ? Visitor.Address.MapToIPv4() : Visitor.Address).GetAddressBytes();
        var bytes = new byte[2 + FixedBytes + (Visitor is null ? 0 : address.Length + 2)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(bytes.Length - 2));
        bytes[2] = Version;
        bytes[3] = (byte)Kind;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), Tunnel);
        bytes[8] = address.Length switch { 4 => 4, 16 => 6, _ => 0 };
        if (Visitor is not null)
        {
            address.CopyTo(bytes, 9);
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(9 + address.Length), (ushort)Visitor.Port);
        }

        return bytes;
    }

    /// <summary>Reads the prelude from the start of a stream, and not a byte more.</summary>
    /// <exception cref="StreamException">What came is not a prelude, or the stream ended.</exception>
    public static async ValueTask<StreamPrelude> ReadAsync(CarrierStream stream, CancellationToken cancellationToken)
    {
        var rest = await LengthPrefixed.ReadAsync(stream, MaxBytes - 2, cancellationToken);
        return TryParse(rest, out var prelude)
            ? prelude
            : throw new StreamException(ProtocolErrors.ControlInvalid, "A stream began with a prelude that is not valid.");
    }

    /// <summary>Reads the bytes after the length field.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> rest, out StreamPrelude prelude)
    {
        prelude = new StreamPrelude { Kind = StreamKind.Tcp, Tunnel = 0 };
        if (rest.Length < FixedBytes || rest[0] != Version || !Enum.IsDefined((StreamKind)rest[1]))
        {
            return false;
        }

        var addressBytes = rest[6] switch { 0 => 0, 4 => 4, 6 => 16, _ => -1 };
        if (addressBytes < 0 || (addressBytes > 0 && rest.Length < FixedBytes + addressBytes + 2))
        {
            return false;
        }

        prelude = new StreamPrelude
        {
            Kind = (StreamKind)rest[1],
            Tunnel = BinaryPrimitives.ReadInt32BigEndian(rest[2..]),
            Visitor = addressBytes == 0
                ? null
                : new IPEndPoint(
                    new IPAddress(rest.Slice(FixedBytes, addressBytes)),
                    BinaryPrimitives.ReadUInt16BigEndian(rest[(FixedBytes + addressBytes)..])),
        };
        return true;
    }
}

/// <summary>What a visitor's stream carries.</summary>
public enum StreamKind : byte
{
    /// <summary>A visitor's TCP connection.</summary>
    Tcp = 1,

    /// <summary>A connection on which the edge sends HTTP requests of several visitors.</summary>
    Http = 2,

    /// <summary>Datagrams of several visitors, framed; one such stream for each carrier of the session and tunnel.</summary>
    Udp = 3,
}
