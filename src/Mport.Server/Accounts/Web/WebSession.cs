using Mport.Protocol.Identity;

namespace Mport.Server.Accounts.Web;

/// <summary>A browser's session that holds.</summary>
internal sealed record WebSession
{
    /// <summary>By which it is listed and ended.</summary>
    public required WebSessionId Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required UserId UserId { get; init; }

    /// <summary>The account's address.</summary>
    public required string Email { get; init; }

    /// <summary>What the account may do on the whole.</summary>
    public required UserRole Role { get; init; }

    /// <summary>The account's stamp, under which the session holds.</summary>
    public required long SecurityStamp { get; init; }

    /// <summary>True while only the password has been given: the session allows to give the code and nothing else.</summary>
    public required bool AwaitsCode { get; init; }

    /// <summary>Whether the account has a second factor.</summary>
    public required bool HasSecondFactor { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last used, to the minute.</summary>
    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>When it ends however much it is used.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The IP address of its last use.</summary>
    public required string Address { get; init; }

    /// <summary>What the browser says it is; not trusted.</summary>
    public required string UserAgent { get; init; }
}

/// <summary>A session just begun: the only moment at which its cookie is known.</summary>
/// <param name="Id">By which it is listed.</param>
/// <param name="Cookie">The cookie's value.</param>
internal sealed record BegunWebSession(WebSessionId Id, Secret Cookie);
