using System.Buffers.Binary;

namespace Mport.Protocol.Transport.Records;

/// <summary>The sizes of a protected TLS 1.3 record (RFC 8446, 5.2): header, then content, one byte for its type, padding, and a tag.</summary>
internal static class RecordSize
{
    public const int Header = 5;
    public const int Tag = 16;
    public const int MaxContent = 16 * 1024;

    /// <summary>What a record adds to its content, when it is not padded.</summary>
    public const int Overhead = Header + 1 + Tag;

    /// <summary>The longest body that a peer may send: content, type and padding of 2^14 + 1 bytes, and a tag; the standard allows 256 over the content.</summary>
    public const int MaxBody = MaxContent + 256;

    /// <summary>How many bytes so much content takes on the wire.</summary>
    public static int Sealed(int content) => content + (content + MaxContent - 1) / MaxContent * Overhead;

    /// <summary>The length of the record, header included, that begins here; 0 when not all of it is here yet.</summary>
    public static int Whole(ReadOnlySpan<byte> input)
    {
        if (input.Length < Header)
        {
            return 0;
        }

        var length = Header + BinaryPrimitives.ReadUInt16BigEndian(input[3..]);
        return length <= input.Length ? length : 0;
    }
}
