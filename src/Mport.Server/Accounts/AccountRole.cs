using System.Diagnostics;

namespace Mport.Server.Accounts;

/// <summary>What an account may do beyond its own things.</summary>
internal enum AccountRole
{
    /// <summary>Nothing: only its own things.</summary>
    Member,

    /// <summary>Manage accounts and the edge.</summary>
    Admin,

    /// <summary>The same, and nobody takes it from the last one.</summary>
    Owner,
}

/// <summary>The roles as the API writes them.</summary>
internal static class AccountRoleText
{
    /// <summary>The role of an account's row.</summary>
    public static AccountRole Of(bool isAdmin, bool isOwner) => isOwner ? AccountRole.Owner : isAdmin ? AccountRole.Admin : AccountRole.Member;

    /// <summary><c>member</c>, <c>admin</c> or <c>owner</c>.</summary>
    public static string ToText(this AccountRole role) => role switch
    {
        AccountRole.Member => "member",
        AccountRole.Admin => "admin",
        AccountRole.Owner => "owner",
        _ => throw new UnreachableException(),
    };

    /// <summary>Reads what <see cref="ToText"/> writes.</summary>
    public static AccountRole? Parse(string? text) => text switch
    {
        "member" => AccountRole.Member,
        "admin" => AccountRole.Admin,
        "owner" => AccountRole.Owner,
        _ => null,
    };
}
