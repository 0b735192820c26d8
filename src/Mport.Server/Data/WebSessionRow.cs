using Mport.Server.Accounts;
using Mport.Server.Accounts.Web;

namespace Mport.Server.Data;

/// <summary>A browser's session, without its cookie: only the cookie's SHA-256 is kept.</summary>
internal sealed class WebSessionRow
{
    /// <summary>The key, by which it is listed.</summary>
    public required WebSessionId Id { get; init; }

    /// <summary>SHA-256 of the cookie's value, 32 bytes; unique.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Whose it is.</summary>
    public required UserId UserId { get; init; }

    /// <summary>Whose it is.</summary>
    public User? User { get; init; }

    /// <summary>The account's stamp when the session began; once the account has another one, the session is over.</summary>
    public required long SecurityStamp { get; init; }

    /// <summary>True while only the password has been given, and a code is still asked for.</summary>
    public required bool AwaitsCode { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last used, to the minute.</summary>
    public required DateTimeOffset LastSeenAt { get; set; }

    /// <summary>When it ends however much it is used.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The IP address of the last use.</summary>
    public required string Address { get; set; }

    /// <summary>What the browser said it is, cut to 200 characters; not trusted.</summary>
    public required string UserAgent { get; init; }
}
