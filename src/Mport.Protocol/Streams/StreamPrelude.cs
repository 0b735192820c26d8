using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;

namespace Mport.Protocol.Streams;

/// <summary>
/// What the edge writes first on a visitor's stream: 2-byte length of the rest, version, kind, 4-byte tunnel number, address family (0 none, 4, 6),
/// address, 2-byte port; then, for the address that the visitor reached, family, address and port once more; all big-endian. The second address may
/// be missing (older edges do not send it); bytes beyond belong to later versions and are passed over.
/// </summary>
public sealed record StreamPrelude
{
    /// <summary>The longest prelude, length field included.</summary>
    public const int MaxBytes = 256;

    private const byte Version = 1;
    private const int FixedBytes = 6;

    /// <summary>What the stream carries.</summary>
    public required StreamKind Kind { get; init; }

    /// <summary>The tunnel's number in this session, from TunnelOpened.</summary>
    public required int Tunnel { get; init; }

    /// <summary>The visitor's address; null for a pooled connection that serves several visitors.</summary>
    public IPEndPoint? Visitor { get; init; }

    /// <summary>The edge's address that the visitor reached; null where the edge did not say.</summary>
    public IPEndPoint? Public { get; init; }

    /// <summary>Writes the prelude.</summary>
    public byte[] ToBytes()
    {
        Span<byte> bytes = stackalloc byte[MaxBytes];
        bytes[2] = Version;
        bytes[3] = (byte)Kind;
        BinaryPrimitives.WriteInt32BigEndian(bytes[4..], Tunnel);
        var length = 2 + FixedBytes;
        length += WriteEndPoint(bytes[length..], Visitor);
        if (Public is not null)
        {
            length += WriteEndPoint(bytes[length..], Public);
        }

        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(length - 2));
        return bytes[..length].ToArray();
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

        var ends = rest[FixedBytes..];
        if (!TryReadEndPoint(ref ends, out var visitor))
        {
            return false;
        }

        IPEndPoint? reached = null;
        if (!ends.IsEmpty && !TryReadEndPoint(ref ends, out reached))
        {
            return false;
        }

        prelude = new StreamPrelude
        {
            Kind = (StreamKind)rest[1],
            Tunnel = BinaryPrimitives.ReadInt32BigEndian(rest[2..]),
            Visitor = visitor,
            Public = reached,
        };
        return true;
    }

    private static int WriteEndPoint(Span<byte> bytes, IPEndPoint? endPoint)
    {
        if (endPoint is null)
        {
            bytes[0] = 0;
            return 1;
        }

        var address = endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address;
        address.TryWriteBytes(bytes[1..], out var length);
        bytes[0] = (byte)(length == 4 ? 4 : 6);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[(1 + length)..], (ushort)endPoint.Port);
        return 1 + length + 2;
    }

    private static bool TryReadEndPoint(ref ReadOnlySpan<byte> bytes, out IPEndPoint? endPoint)
    {
        endPoint = null;
        var length = bytes.IsEmpty ? -1 : bytes[0] switch { 0 => 0, 4 => 4, 6 => 16, _ => -1 };
        var all = length == 0 ? 1 : 1 + length + 2;
        if (length < 0 || bytes.Length < all)
        {
            return false;
        }

        endPoint = length == 0 ? null : new IPEndPoint(new IPAddress(bytes.Slice(1, length)), BinaryPrimitives.ReadUInt16BigEndian(bytes[(1 + length)..]));
        bytes = bytes[all..];
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
