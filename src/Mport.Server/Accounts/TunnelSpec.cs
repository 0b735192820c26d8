using Mport.Server.Accounts.Teams;

namespace Mport.Server.Accounts;

/// <summary>What a user wants a tunnel to be; the form was checked.</summary>
internal sealed record TunnelSpec
{
    /// <summary>Characters of a note about the target at most.</summary>
    public const int MaxTargetHint = 254;

    /// <summary>The name within the account.</summary>
    public required string Name { get; init; }

    /// <summary>The kind.</summary>
    public required TunnelProto Proto { get; init; }

    /// <summary>The wanted subdomain; null keeps the one it has, or lets the edge choose.</summary>
    public string? Subdomain { get; init; }

    /// <summary>The wanted custom domains; null keeps those it has.</summary>
    public TunnelHosts? Hosts { get; init; }

    /// <summary>The wanted part of its hosts; null keeps the one it has.</summary>
    public string? Path { get; init; }

    /// <summary>The wanted port; null keeps the one it has, or lets the edge choose.</summary>
    public int? Port { get; init; }

    /// <summary>What its user sorts it by.</summary>
    public TunnelLabels Labels { get; init; } = TunnelLabels.None;

    /// <summary>What its user notes about the target.</summary>
    public string? TargetHint { get; init; }

    /// <summary>The team that it belongs to, or is to belong to; null for a person's, or where it is.</summary>
    public TeamId? TeamId { get; init; }
}

/// <summary>A stored tunnel.</summary>
internal sealed record StoredTunnel
{
    /// <summary>The lasting id.</summary>
    public required TunnelId Id { get; init; }

    /// <summary>What it is; with the address that belongs to it.</summary>
    public required TunnelSpec Spec { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last opened or seen open.</summary>
    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>Since when it is stopped; null while it is not.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Who made it; without a team, whose it is.</summary>
    public required UserId MadeBy { get; init; }

    /// <summary>Whose it is.</summary>
    public TunnelOwner Owner => TunnelOwner.Of(MadeBy, Spec.TeamId);

    /// <summary>Grows with each change that a user makes.</summary>
    public required long Revision { get; init; }

    /// <summary>The tunnel with its address alone.</summary>
    public TunnelRecord Record => new(Id, Spec.Name, Spec.Proto, Spec.Subdomain, Spec.Port)
    {
        TeamId = Spec.TeamId,
        Hosts = Spec.Hosts ?? TunnelHosts.None,
        Path = Spec.Path ?? TunnelPath.All,
    };
}
