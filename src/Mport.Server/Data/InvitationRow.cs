using Mport.Server.Accounts;
using Mport.Server.Accounts.Invitations;

namespace Mport.Server.Data;

/// <summary>An invitation to make an account, without its secret: only the SHA-256 is kept.</summary>
internal sealed class InvitationRow
{
    /// <summary>The key.</summary>
    public required InvitationId Id { get; init; }

    /// <summary>SHA-256 of the link's secret, 32 bytes; unique.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The address that the account will have.</summary>
    public required string Email { get; init; }

    /// <summary>The role that the account will have.</summary>
    public required UserRole Role { get; init; }

    /// <summary>Who invited; null where it was done from the edge's command line.</summary>
    public UserId? InvitedBy { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops working.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When an account was made with it; null while none was.</summary>
    public DateTimeOffset? AcceptedAt { get; set; }

    /// <summary>Since when it is revoked; null while it is not.</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}
