using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Errors;

namespace Mport.Protocol.Datagrams;

/// <summary>
/// What a stream of kind UDP carries after its prelude and answer: one record after the other, all numbers big-endian. The record's memory is the
/// input's own.
/// </summary>
public readonly ref struct DatagramRecord
{
    /// <summary>The largest payload of a UDP datagram over IPv4: 65,535 bytes less the headers of IP (20) and UDP (8).</summary>
    public const int MaxPayload = 65_507;

    /// <summary>What stands before a datagram's payload: type, visitor, length.</summary>
    public const int HeaderBytes = 7;

    /// <summary>The longest record.</summary>
    public const int MaxBytes = HeaderBytes + MaxPayload;

    /// <summary>The longest record that announces a visitor.</summary>
    public const int MaxVisitorBytes = VisitorFixedBytes + 16 + 2;

    /// <summary>The length of a record that forgets a visitor.</summary>
    public const int ForgetBytes = 5;

    private const int VisitorFixedBytes = 6;

    private DatagramRecord(DatagramRecordType type, uint visitor, ReadOnlySpan<byte> payload, IPEndPoint? address)
    {
        Type = type;
        Visitor = visitor;
        Payload = payload;
        Address = address;
    }

    /// <summary>What it says.</summary>
    public DatagramRecordType Type { get; }

    /// <summary>The visitor's number in the tunnel and session.</summary>
    public uint Visitor { get; }

    /// <summary>A datagram's payload.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>An announced visitor's address.</summary>
    public IPEndPoint? Address { get; }

    /// <summary>Takes the next whole record from the input; false when more bytes are needed.</summary>
    /// <exception cref="StreamException">What came is not a record.</exception>
    public static bool TryRead(ref ReadOnlySpan<byte> input, out DatagramRecord record)
    {
        var needed = Needed(input);
        if (input.Length < needed)
        {
            record = default;
            return false;
        }

        var type = (DatagramRecordType)input[0];
        record = new DatagramRecord(
            type,
            BinaryPrimitives.ReadUInt32BigEndian(input[1..]),
            type == DatagramRecordType.Datagram ? input[HeaderBytes..needed] : default,
            type == DatagramRecordType.Visitor ? ReadAddress(input[VisitorFixedBytes..needed]) : null);
        input = input[needed..];
        return true;
    }

    /// <summary>
    /// How long the record at the start of the input is, as far as the bytes that are there can tell: more than they are while they do not tell
    /// everything, exact once they are so many.
    /// </summary>
    /// <exception cref="StreamException">What came is not a record.</exception>
    public static int Needed(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
        {
            return 1;
        }

        switch ((DatagramRecordType)start[0])
        {
            case DatagramRecordType.Datagram:
                return start.Length < HeaderBytes ? HeaderBytes : HeaderBytes + PayloadLength(BinaryPrimitives.ReadUInt16BigEndian(start[5..]));
            case DatagramRecordType.Visitor:
                return start.Length < VisitorFixedBytes ? VisitorFixedBytes : VisitorFixedBytes + AddressBytes(start[5]) + 2;
            case DatagramRecordType.Forget:
                return ForgetBytes;
            default:
                throw new StreamException(ProtocolErrors.ControlInvalid, $"A datagram stream has a record of type {start[0]}, which does not exist.");
        }
    }

    /// <summary>Writes what stands before a datagram's payload.</summary>
    public static int WriteHeader(Span<byte> into, uint visitor, int length)
    {
        into[0] = (byte)DatagramRecordType.Datagram;
        BinaryPrimitives.WriteUInt32BigEndian(into[1..], visitor);
        BinaryPrimitives.WriteUInt16BigEndian(into[5..], checked((ushort)length));
        return HeaderBytes;
    }

    /// <summary>Writes the record that announces a visitor.</summary>
    public static int WriteVisitor(Span<byte> into, uint visitor, IPEndPoint address)
    {
        var plain = address.Address.IsIPv4MappedToIPv6 ? address.Address.MapToIPv4() : address.Address;
        into[0] = (byte)DatagramRecordType.Visitor;
        BinaryPrimitives.WriteUInt32BigEndian(into[1..], visitor);
        into[5] = plain.AddressFamily == AddressFamily.InterNetwork ? (byte)4 : (byte)6;
        plain.TryWriteBytes(into[VisitorFixedBytes..], out var addressBytes);
        BinaryPrimitives.WriteUInt16BigEndian(into[(VisitorFixedBytes + addressBytes)..], (ushort)address.Port);
        return VisitorFixedBytes + addressBytes + 2;
    }

    /// <summary>Writes the record that forgets a visitor.</summary>
    public static int WriteForget(Span<byte> into, uint visitor)
    {
        into[0] = (byte)DatagramRecordType.Forget;
        BinaryPrimitives.WriteUInt32BigEndian(into[1..], visitor);
        return ForgetBytes;
    }

    private static IPEndPoint ReadAddress(ReadOnlySpan<byte> bytes) => new(new IPAddress(bytes[..^2]), BinaryPrimitives.ReadUInt16BigEndian(bytes[^2..]));

    private static int PayloadLength(ushort length) => length <= MaxPayload
        ? length
        : throw new StreamException(ProtocolErrors.ControlInvalid, $"A datagram of {length} bytes is announced; {MaxPayload} are the most.");

    private static int AddressBytes(byte family) => family switch
    {
        4 => 4,
        6 => 16,
        _ => throw new StreamException(ProtocolErrors.ControlInvalid, $"A visitor's address is of family {family}, which does not exist."),
    };
}

/// <summary>The records of a datagram stream.</summary>
public enum DatagramRecordType : byte
{
    /// <summary>A datagram of a visitor, or for one: visitor, 2-byte length, payload.</summary>
    Datagram = 1,

    /// <summary>From the edge: a visitor gets a number: visitor, address family (4 or 6), address, 2-byte port.</summary>
    Visitor = 2,

    /// <summary>The sender keeps nothing about a visitor any more: visitor.</summary>
    Forget = 3,
}
