using Mport.Protocol.Identity;

namespace Mport.Server.Accounts.Invitations;

/// <summary>An invitation as it is shown and listed: everything but its secret.</summary>
internal sealed record InvitationRecord
{
    /// <summary>The lasting id.</summary>
    public required InvitationId Id { get; init; }

    /// <summary>The address that the account will have.</summary>
    public required string Email { get; init; }

    /// <summary>The role that the account will have.</summary>
    public required UserRole Role { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops working.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When an account was made with it; null while none was.</summary>
    public required DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>Since when it is revoked; null while it is not.</summary>
    public required DateTimeOffset? RevokedAt { get; init; }

    /// <summary>One word for where it stands.</summary>
    public string StateAt(DateTimeOffset now) =>
        AcceptedAt is not null ? "accepted" : RevokedAt is not null ? "revoked" : ExpiresAt <= now ? "expired" : "open";
}

/// <summary>An invitation just made: the only moment at which its secret is known.</summary>
/// <param name="Id">Its lasting id.</param>
/// <param name="Secret">The secret of its link.</param>
/// <param name="ExpiresAt">When it stops working.</param>
internal sealed record IssuedInvitation(InvitationId Id, Secret Secret, DateTimeOffset ExpiresAt);
