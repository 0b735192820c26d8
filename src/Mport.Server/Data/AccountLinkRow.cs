using Mport.Server.Accounts;

namespace Mport.Server.Data;

/// <summary>A one-time link with which an account's password can be set, without its secret: only the SHA-256 is kept.</summary>
internal sealed class AccountLinkRow
{
    /// <summary>The key: SHA-256 of the link's secret, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Whose password it sets.</summary>
    public required UserId UserId { get; init; }

    /// <summary>Whose password it sets.</summary>
    public User? User { get; init; }

    /// <summary>The account's stamp when the link was made. Setting a password gives the account another one, so that a link works once.</summary>
    public required long SecurityStamp { get; init; }

    /// <summary>When it stops working.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
