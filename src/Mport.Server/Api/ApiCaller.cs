using System.Net;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;

namespace Mport.Server.Api;

/// <summary>Who sends an API request, as its credentials say. A handler takes it as a parameter.</summary>
internal sealed record ApiCaller
{
    /// <summary>The account.</summary>
    public required UserId UserId { get; init; }

    /// <summary>The account's e-mail address.</summary>
    public required string Email { get; init; }

    /// <summary>The account's role.</summary>
    public required UserRole Role { get; init; }

    /// <summary>What the credentials allow.</summary>
    public required TokenScopes Scopes { get; init; }

    /// <summary>What the credentials are bound to.</summary>
    public TokenLimits Limits { get; init; } = TokenLimits.None;

    /// <summary>The token; null for a browser's session.</summary>
    public TokenId? TokenId { get; init; }

    /// <summary>The browser's session; null for a token.</summary>
    public string? WebSessionId { get; init; }

    /// <summary>The token or the cookie itself, 128 random bits at least. It keys what only this caller may read again.</summary>
    public required Secret Credential { get; init; }

    /// <summary>Where the request comes from.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Whether the account may manage others.</summary>
    public bool IsAdmin => Role is UserRole.Admin or UserRole.Owner;

    /// <summary>The token's or the browser session's id: what logs and rates know the caller by.</summary>
    public string CredentialId => TokenId?.Value ?? WebSessionId ?? UserId.Value;

    /// <summary>For the framework: the caller that <see cref="ApiGate"/> has found.</summary>
    public static ValueTask<ApiCaller?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<ApiCaller>());
}
