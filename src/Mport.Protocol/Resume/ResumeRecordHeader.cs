using System.Buffers.Binary;
using Mport.Protocol.Errors;

namespace Mport.Protocol.Resume;

/// <summary>
/// The 4 bytes before each record of a resumable carrier: type, 3-byte length of what follows, big-endian. Data counts towards the offsets; nothing else does.
/// </summary>
internal readonly record struct ResumeRecordHeader(ResumeRecordType Type, int Length)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 4;

    /// <summary>Bytes of an offset, all that follows an acknowledgement's header.</summary>
    public const int OffsetSize = 8;

    /// <summary>What a batch leaves free in front: an acknowledgement, and its own header.</summary>
    public const int HeadRoom = Size + OffsetSize + Size;

    /// <summary>The most that three bytes can say.</summary>
    public const int MaxData = (1 << 24) - 1;

    /// <summary>Reads a header.</summary>
    /// <exception cref="ProtocolException">No such type exists, or the length does not fit the type.</exception>
    public static ResumeRecordHeader Read(ReadOnlySpan<byte> bytes)
    {
        var word = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var header = new ResumeRecordHeader((ResumeRecordType)(word >> 24), (int)(word & MaxData));
        var legal = header.Type switch
        {
            ResumeRecordType.Data => header.Length > 0,
            ResumeRecordType.Acknowledgement => header.Length == OffsetSize,
            ResumeRecordType.Ask => header.Length == 0,
            _ => false,
        };
        return legal
            ? header
            : throw new ProtocolException(ProtocolErrors.FrameInvalid, $"A record has type {(byte)header.Type} and length {header.Length}, which do not go together.");
    }

    /// <summary>Writes the 4 bytes.</summary>
    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt32BigEndian(destination, ((uint)Type << 24) | (uint)Length);

    /// <summary>Writes a whole acknowledgement, header and offset.</summary>
    public static void WriteAcknowledgement(Span<byte> destination, long offset)
    {
        new ResumeRecordHeader(ResumeRecordType.Acknowledgement, OffsetSize).Write(destination);
        BinaryPrimitives.WriteInt64BigEndian(destination[Size..], offset);
    }
}
