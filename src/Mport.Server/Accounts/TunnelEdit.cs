using Mport.Server.Accounts.Teams;

namespace Mport.Server.Accounts;

/// <summary>What a claim through the API settles besides the address, in the same write.</summary>
internal sealed record TunnelEdit
{
    /// <summary>The revision that the tunnel must still have; null makes a new tunnel, and no other.</summary>
    public long? Revision { get; init; }

    /// <summary>The team that the tunnel moves to; null leaves it where it is.</summary>
    public TeamId? MoveTo { get; init; }

    /// <summary>What its user sorts it by.</summary>
    public required TunnelLabels Labels { get; init; }

    /// <summary>What its user notes about the target.</summary>
    public string? TargetHint { get; init; }
}
