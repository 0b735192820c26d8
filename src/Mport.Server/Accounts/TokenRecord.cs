using Mport.Protocol.Errors;
using Mport.Protocol.Identity;

namespace Mport.Server.Accounts;

/// <summary>An access token as it is shown and listed: everything but the token.</summary>
internal sealed record TokenRecord
{
    /// <summary>The lasting id.</summary>
    public required TokenId Id { get; init; }

    /// <summary>The e-mail address of the account that it belongs to.</summary>
    public required string Email { get; init; }

    /// <summary>What the user calls it.</summary>
    public required string Name { get; init; }

    /// <summary>What it allows.</summary>
    public required TokenScopes Scopes { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops working; null for never.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Since when it is revoked; null while it is not.</summary>
    public required DateTimeOffset? RevokedAt { get; init; }

    /// <summary>What it is bound to.</summary>
    public TokenLimits Limits { get; init; } = TokenLimits.None;

    /// <summary>Grows with each change that a user makes.</summary>
    public long Revision { get; init; }

    /// <summary>When it was last used, to the minute.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The IP address of the last use.</summary>
    public required string? LastUsedAddress { get; init; }
}

/// <summary>A token to be made.</summary>
internal sealed record NewToken
{
    /// <summary>Whose it will be.</summary>
    public required UserId UserId { get; init; }

    /// <summary>What the user calls it.</summary>
    public required TokenName Name { get; init; }

    /// <summary>What it allows.</summary>
    public TokenScopes Scopes { get; init; } = TokenScopes.Default;

    /// <summary>What it is bound to, its end included.</summary>
    public TokenLimits Limits { get; init; } = TokenLimits.None;

    /// <summary>When it stops working; null for never.</summary>
    public DateTimeOffset? ExpiresAt
    {
        get => Limits.ExpiresAt;
        init => Limits = Limits with { ExpiresAt = value };
    }
}

/// <summary>A token just made: the only moment at which the token itself is known.</summary>
/// <param name="Id">Its lasting id.</param>
/// <param name="Token">The token, to be shown once.</param>
internal sealed record IssuedToken(TokenId Id, Secret Token);

/// <summary>A token that must no longer carry a session.</summary>
/// <param name="Id">The token.</param>
/// <param name="Why">What its client is told.</param>
internal sealed record EndedToken(TokenId Id, ErrorDescription Why);
