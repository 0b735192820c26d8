namespace Mport.Server.Accounts.Login;

/// <summary>What signing in needs to know of an account.</summary>
internal sealed record LoginRecord
{
    /// <summary>The lasting id.</summary>
    public required UserId Id { get; init; }

    /// <summary>The e-mail address as it was written.</summary>
    public required string Email { get; init; }

    /// <summary>What it may do on the whole.</summary>
    public required UserRole Role { get; init; }

    /// <summary>The hash of the password; null for an account that has none.</summary>
    public required string? PasswordHash { get; init; }

    /// <summary>What sessions and links of the account must agree with.</summary>
    public required long SecurityStamp { get; init; }

    /// <summary>The sealed secret of the second factor; null for none.</summary>
    public required byte[]? TotpSecret { get; init; }

    /// <summary>Since when the second factor is asked for; null for not.</summary>
    public required DateTimeOffset? TotpSince { get; init; }

    /// <summary>Whether the account is disabled.</summary>
    public required bool IsDisabled { get; init; }
}
