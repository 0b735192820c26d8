using Mport.Server.Edge.Proxies;

namespace Mport.Server.Accounts;

/// <summary>What a token is bound to besides its scopes. What it makes is bound at least as tightly.</summary>
internal sealed record TokenLimits
{
    /// <summary>Characters of the networks as the database writes them.</summary>
    public const int MaxNetworksText = IpNetworks.Most * 50;

    /// <summary>A token that is bound to nothing.</summary>
    public static TokenLimits None { get; } = new();

    /// <summary>Networks that it works from; empty for all.</summary>
    public IpNetworks Networks { get; init; } = IpNetworks.None;

    /// <summary>Names of tunnels that it may open.</summary>
    public NamePatterns Names { get; init; } = NamePatterns.All;

    /// <summary>When it stops working; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Why a token with these limits would be able to do more than one with the others; null when it would not.</summary>
    public string? Exceeds(TokenLimits others) =>
        !Names.IsWithin(others.Names) ? "names"
        : !others.Networks.IsEmpty && (Networks.IsEmpty || !Networks.IsWithin(others.Networks)) ? "networks"
        : others.ExpiresAt is { } end && (ExpiresAt is not { } wanted || wanted > end) ? "expires_at"
        : null;
}
