using Mport.Protocol.Errors;

namespace Mport.Protocol;

/// <summary>One stream ended before its time: it was reset by either side, or its carrier ended. Others go on.</summary>
public sealed class StreamException(ErrorDescription description, string what) : IOException(what)
{
    /// <summary>What went wrong.</summary>
    public ErrorDescription Description { get; } = description;
}
