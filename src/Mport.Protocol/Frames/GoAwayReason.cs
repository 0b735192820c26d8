namespace Mport.Protocol.Frames;

/// <summary>Why a carrier ends (yamux spec.md, "Go Away"); the values are the wire's.</summary>
internal enum GoAwayReason : uint
{
    /// <summary>In order.</summary>
    Normal = 0,

    /// <summary>The peer broke the rules.</summary>
    ProtocolError = 1,

    /// <summary>This side failed.</summary>
    InternalError = 2,
}
