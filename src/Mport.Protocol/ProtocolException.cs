using Mport.Protocol.Errors;

namespace Mport.Protocol;

/// <summary>The peer broke the rules, or the carrier broke: the carrier ends. With <see cref="StreamException"/> the only exception that a peer's input can raise.</summary>
public sealed class ProtocolException(ErrorDescription description, string what) : Exception(what)
{
    /// <summary>What went wrong.</summary>
    public ErrorDescription Description { get; } = description;

    /// <summary>The failure to show.</summary>
    public Failure ToFailure(bool retry = true) => Failure.Of(Description, Message, retry);
}
