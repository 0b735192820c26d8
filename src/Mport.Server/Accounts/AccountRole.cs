using System.Diagnostics;

namespace Mport.Server.Accounts;

/// <summary>What an account may do beyond its own things.</summary>
internal enum AccountRole
{
    /// <summary>Nothing: only its own things.</summary>
    Member,

    /// <summary>Reads its own things and changes nothing.</summary>
    Auditor,

    /// <summary>Manage accounts and the edge.</summary>
    Admin,

    /// <summary>The same; the first start made it, and nobody takes the role from it.</summary>
    Owner,
}

/// <summary>The roles as the API writes them, and what each allows.</summary>
internal static class AccountRoleText
{
    /// <summary>The names of the roles that can be given; the owner's cannot.</summary>
    public static IEnumerable<string> Given => ["admin", "member", "auditor"];

    /// <summary>The role of an account's row.</summary>
    public static AccountRole Of(bool isAdmin, bool isOwner, bool isAuditor) =>
        isOwner ? AccountRole.Owner : isAdmin ? AccountRole.Admin : isAuditor ? AccountRole.Auditor : AccountRole.Member;

    /// <summary><c>member</c>, <c>auditor</c>, <c>admin</c> or <c>owner</c>.</summary>
    public static string ToText(this AccountRole role) => role switch
    {
        AccountRole.Member => "member",
        AccountRole.Auditor => "auditor",
        AccountRole.Admin => "admin",
        AccountRole.Owner => "owner",
        _ => throw new UnreachableException(),
    };

    /// <summary>Reads what <see cref="ToText"/> writes.</summary>
    public static AccountRole? Parse(string? text) => text switch
    {
        "member" => AccountRole.Member,
        "auditor" => AccountRole.Auditor,
        "admin" => AccountRole.Admin,
        "owner" => AccountRole.Owner,
        _ => null,
    };

    /// <summary>Reads a role that can be given.</summary>
    public static AccountRole? ParseGiven(string? text) => Parse(text) is { } role and not AccountRole.Owner ? role : null;

    /// <summary>What credentials of such an account allow at most, whatever they were made with.</summary>
    public static TokenScopes MostScopes(this AccountRole role) => role switch
    {
        AccountRole.Owner or AccountRole.Admin => TokenScopes.All,
        AccountRole.Member => TokenScopes.Default,
        AccountRole.Auditor => TokenScopes.TunnelsRead | TokenScopes.UsageRead,
        _ => throw new UnreachableException(),
    };
}
