using System.Diagnostics;

namespace Mport.Server.Accounts;

/// <summary>What an account may do on the whole.</summary>
internal enum UserRole
{
    /// <summary>Has tunnels of its own and sees nothing of others.</summary>
    Member,

    /// <summary>Reads everybody's events, usage and quotas, and changes nothing: neither tunnels nor accounts.</summary>
    Auditor,

    /// <summary>A member who also manages accounts and the edge.</summary>
    Admin,

    /// <summary>The admin whom the first start made; nobody can take the role from it.</summary>
    Owner,
}

/// <summary>The roles as users write them, and what each allows.</summary>
internal static class UserRoles
{
    /// <summary>The names of the roles that can be given; the owner's cannot.</summary>
    public static IEnumerable<string> Given => ["admin", "member", "auditor"];

    /// <summary>The role that a row of the accounts stands for.</summary>
    public static UserRole Of(bool isOwner, bool isAdmin, bool isAuditor) =>
        isOwner ? UserRole.Owner : isAdmin ? UserRole.Admin : isAuditor ? UserRole.Auditor : UserRole.Member;

    /// <summary>A role that can be given, or null.</summary>
    public static UserRole? ParseGiven(string? text) => text switch
    {
        "admin" => UserRole.Admin,
        "member" => UserRole.Member,
        "auditor" => UserRole.Auditor,
        _ => null,
    };

    /// <summary>The role's name.</summary>
    public static string ToText(this UserRole role) => role switch
    {
        UserRole.Owner => "owner",
        UserRole.Admin => "admin",
        UserRole.Auditor => "auditor",
        UserRole.Member => "member",
        _ => throw new UnreachableException(),
    };

    /// <summary>What a token of such an account may allow at most, whatever it was made with.</summary>
    public static TokenScopes MostScopes(this UserRole role) => role switch
    {
        UserRole.Owner or UserRole.Admin => TokenScopes.All,
        UserRole.Member => TokenScopes.Default,
        UserRole.Auditor => TokenScopes.TunnelsRead | TokenScopes.UsageRead | TokenScopes.TeamsRead,
        _ => throw new UnreachableException(),
    };
}
