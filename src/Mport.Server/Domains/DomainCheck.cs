namespace Mport.Server.Domains;

/// <summary>A look at a domain's DNS: what is expected against what is there.</summary>
/// <param name="Proof">The record that shows whose the domain is.</param>
/// <param name="Routing">The record that leads visitors here; advice alone, since a proxy may stand in front.</param>
internal sealed record DomainCheck(RecordCheck Proof, RecordCheck Routing);

/// <summary>A record that is to be set, and what stands in its place.</summary>
internal sealed record RecordCheck
{
    /// <summary>The record's type.</summary>
    public required string Type { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it must say.</summary>
    public required string Expected { get; init; }

    /// <summary>What was found.</summary>
    public required IReadOnlyList<string> Found { get; init; }

    /// <summary>Whether that will do.</summary>
    public required bool IsGood { get; init; }

    /// <summary>Why nothing certain can be said; null when it can.</summary>
    public string? Failure { get; init; }
}
