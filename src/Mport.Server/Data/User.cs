using Mport.Server.Accounts;
using Mport.Server.Accounts.Passwords;

namespace Mport.Server.Data;

/// <summary>An account. What it has is deleted before it, or goes to another account; what it did stays in the event log and the usage, under its id.</summary>
internal sealed class User
{
    /// <summary>The key.</summary>
    public required UserId Id { get; init; }

    /// <summary>The e-mail address as it was written.</summary>
    public required string Email { get; init; }

    /// <summary>The e-mail address as it is compared; unique.</summary>
    public required string NormalizedEmail { get; init; }

    /// <summary>May manage accounts and the edge.</summary>
    public bool IsAdmin { get; init; }

    /// <summary>The account that the first start made.</summary>
    public bool IsOwner { get; init; }

    /// <summary>May read and change nothing; never together with <see cref="IsAdmin"/>.</summary>
    public bool IsAuditor { get; init; }

    /// <summary>What <see cref="PasswordHasher"/> made; null for an account that has tokens alone.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it is disabled; null while it is enabled.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>Grows with each change of password, second factor, role or state: what was issued under an older one does not count any more.</summary>
    public long SecurityStamp { get; init; }

    /// <summary>The sealed secret of the second factor; null for none.</summary>
    public byte[]? TotpSecret { get; init; }

    /// <summary>Since when the second factor is asked for; null before its first code was given.</summary>
    public DateTimeOffset? TotpSince { get; init; }

    /// <summary>The time step of the last code that was taken, so that each is taken once.</summary>
    public long TotpLastStep { get; init; }
}
