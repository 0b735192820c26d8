using System.Buffers.Binary;
using Mport.Protocol.Errors;

namespace Mport.Protocol.Frames;

/// <summary>
/// The 12 bytes before each frame (yamux spec.md, "Framing"): version 0, type, 2-byte flags, 4-byte stream id, 4-byte length, big-endian.
/// </summary>
internal readonly record struct FrameHeader(FrameType Type, FrameFlags Flags, uint StreamId, uint Length)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 12;

    private const byte Version = 0;
    private const FrameFlags AllFlags = FrameFlags.Syn | FrameFlags.Ack | FrameFlags.Fin | FrameFlags.Rst;

    /// <summary>Reads a header from the start of the input and moves past it; false when it is not whole yet.</summary>
    /// <exception cref="ProtocolException">The version, type, flags or stream id are not legal.</exception>
    public static bool TryRead(ref ReadOnlySpan<byte> input, out FrameHeader header)
    {
        header = default;
        if (input.Length < Size)
        {
            return false;
        }

        var version = input[0];
        var type = (FrameType)input[1];
        var flags = (FrameFlags)BinaryPrimitives.ReadUInt16BigEndian(input[2..]);
        var streamId = BinaryPrimitives.ReadUInt32BigEndian(input[4..]);
        if (version != Version)
        {
            throw new ProtocolException(ProtocolErrors.FrameInvalid, $"A frame has version {version}; 0 is the only one.");
        }

        if (type > FrameType.GoAway || (flags & ~AllFlags) != FrameFlags.None)
        {
            throw new ProtocolException(ProtocolErrors.FrameInvalid, $"A frame has type {(byte)type} and flags {(ushort)flags:x4}, which do not exist.");
        }

        if ((streamId == 0) != (type is FrameType.Ping or FrameType.GoAway))
        {
            throw new ProtocolException(ProtocolErrors.FrameInvalid, $"A frame of type {type} has stream id {streamId}.");
        }

        header = new FrameHeader(type, flags, streamId, BinaryPrimitives.ReadUInt32BigEndian(input[8..]));
        input = input[Size..];
        return true;
    }

    /// <summary>Writes the header's 12 bytes.</summary>
    public void Write(Span<byte> destination)
    {
        destination[0] = Version;
        destination[1] = (byte)Type;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)Flags);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], StreamId);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Length);
    }
}
