using Mport.Protocol.Errors;

namespace Mport.Protocol.Carriers;

/// <summary>Why a stream is broken.</summary>
internal sealed record StreamFault(ErrorDescription Description, string Text)
{
    /// <summary>This side has ended the stream itself.</summary>
    public static StreamFault Ended { get; } = new(ProtocolErrors.SessionClosed, "The stream has ended.");

    /// <summary>This side has reset it.</summary>
    public static StreamFault ResetHere { get; } = new(ProtocolErrors.StreamReset, "The stream was reset on this side.");

    /// <summary>The other side has reset it.</summary>
    public static StreamFault ResetThere { get; } = new(ProtocolErrors.StreamReset, "The stream was reset by the other side.");

    /// <summary>What the stream had to queue found no room in the memory budget.</summary>
    public static StreamFault NoMemory { get; } = new(ProtocolErrors.BuffersFull, "What was sent on the stream is not read, and the memory for such data is used up.");

    /// <summary>The exception for who still uses the stream.</summary>
    public StreamException ToException() => new(Description, Text);
}
