using Mport.Server.Accounts;

namespace Mport.Server.Hosting.Commands;

/// <summary>A token as <c>--json</c> prints it; the token itself stands only in the line of the command that made it.</summary>
internal sealed record TokenLine(string Id, string Email, string Name, IReadOnlyList<string> Scopes)
{
    /// <summary>The token.</summary>
    public string? Token { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it stops working; absent for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Since when it is revoked; absent while it is not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>When it was last used.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>From where it was last used.</summary>
    public string? LastUsedAddress { get; init; }

    /// <summary>The line of a listed token.</summary>
    public static TokenLine Of(TokenRecord token) => new(token.Id.Value, token.Email, token.Name, token.Scopes.ToNames())
    {
        CreatedAt = token.CreatedAt,
        ExpiresAt = token.ExpiresAt,
        RevokedAt = token.RevokedAt,
        LastUsedAt = token.LastUsedAt,
        LastUsedAddress = token.LastUsedAddress,
    };
}
