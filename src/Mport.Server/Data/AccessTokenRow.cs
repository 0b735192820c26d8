using Mport.Server.Accounts;
using Mport.Server.Edge.Proxies;

namespace Mport.Server.Data;

/// <summary>An access token, without the token: only its SHA-256 is kept.</summary>
internal sealed class AccessTokenRow
{
    /// <summary>The key: <c>key_</c> and the ULID that stands in the token.</summary>
    public required TokenId Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required UserId UserId { get; init; }

    /// <summary>Whose it is.</summary>
    public User? User { get; init; }

    /// <summary>What the user calls it.</summary>
    public required string Name { get; set; }

    /// <summary>SHA-256 of the token, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>What it allows.</summary>
    public required TokenScopes Scopes { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops working; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Networks that it works from; empty for all.</summary>
    public IpNetworks Networks { get; init; } = IpNetworks.None;

    /// <summary>Names of tunnels that it may open; empty for all.</summary>
    public NamePatterns Names { get; init; } = NamePatterns.All;

    /// <summary>Grows with each change that a user makes.</summary>
    public long Revision { get; set; } = 1;

    /// <summary>Since when it is revoked; null while it is not.</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>When it was last used, to the minute; null before the first use.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>The IP address of the last use.</summary>
    public string? LastUsedAddress { get; set; }
}
