namespace Mport.Protocol.Errors;

/// <summary>What the documentation, <c>mport explain</c> and the error pages say about one code.</summary>
public sealed record ErrorDescription
{
    /// <summary>The stable code.</summary>
    public required ErrorCode Code { get; init; }

    /// <summary>What happened, in a few words, without a full stop.</summary>
    public required string Title { get; init; }

    /// <summary>Why it happens: one or more sentences.</summary>
    public required string Why { get; init; }

    /// <summary>What to do about it: one or more sentences.</summary>
    public required string Fix { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Code} {Title}";
}
