namespace Mport.Protocol.Frames;

/// <summary>The yamux frame types; the values are the wire's.</summary>
internal enum FrameType : byte
{
    /// <summary>Bytes of a stream; the length field counts them.</summary>
    Data = 0,

    /// <summary>More room in the sender's receive window; the length field is the number of bytes.</summary>
    WindowUpdate = 1,

    /// <summary>A heartbeat of the carrier; the length field is an opaque value that the answer repeats.</summary>
    Ping = 2,

    /// <summary>The sender ends the carrier; the length field is a reason.</summary>
    GoAway = 3,
}

/// <summary>The yamux flags; the values are the wire's.</summary>
[Flags]
internal enum FrameFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Opens a stream; on a ping, asks for an answer.</summary>
    Syn = 1,

    /// <summary>Accepts a stream; on a ping, is the answer.</summary>
    Ack = 2,

    /// <summary>Ends the sender's direction of a stream.</summary>
    Fin = 4,

    /// <summary>Ends a stream at once, both directions.</summary>
    Rst = 8,
}
