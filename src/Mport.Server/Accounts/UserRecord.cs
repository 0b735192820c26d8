namespace Mport.Server.Accounts;

/// <summary>An account as it is shown and listed.</summary>
internal sealed record UserRecord
{
    /// <summary>The lasting id.</summary>
    public required UserId Id { get; init; }

    /// <summary>The e-mail address as it was written.</summary>
    public required string Email { get; init; }

    /// <summary>May manage accounts and the edge.</summary>
    public required bool IsAdmin { get; init; }

    /// <summary>The account that the first start made.</summary>
    public required bool IsOwner { get; init; }

    /// <summary>May read and change nothing.</summary>
    public bool IsAuditor { get; init; }

    /// <summary>What it may do on the whole.</summary>
    public UserRole Role => UserRoles.Of(IsOwner, IsAdmin, IsAuditor);

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it is disabled; null while it is enabled.</summary>
    public required DateTimeOffset? DisabledAt { get; init; }
}
