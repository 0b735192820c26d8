using System.Runtime.InteropServices;

namespace Mport.Server.Accounts;

/// <summary>An account to be made.</summary>
internal sealed record NewUser
{
    /// <summary>Its address, the login name.</summary>
    public required EmailAddress Email { get; init; }

    /// <summary>May manage accounts and the edge.</summary>
    public bool IsAdmin { get; init; }

    /// <summary>Whether the first start makes it.</summary>
    public bool IsOwner { get; init; }

    /// <summary>May read and change nothing.</summary>
    public bool IsAuditor { get; init; }

    /// <summary>What <see cref="Passwords.PasswordHasher"/> made; null for an account that uses tokens alone.</summary>
    public string? PasswordHash { get; init; }
}

/// <summary>How many accounts there are.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UserCount(int All, int Enabled);
