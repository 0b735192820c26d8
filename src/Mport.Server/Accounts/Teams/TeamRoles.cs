namespace Mport.Server.Accounts.Teams;

/// <summary>The roles in a team as users write them.</summary>
internal static class TeamRoles
{
    /// <summary>Changes the team and its members.</summary>
    public const string Manager = "manager";

    /// <summary>Uses the team's tunnels.</summary>
    public const string Member = "member";

    /// <summary>The role's name.</summary>
    public static string Of(bool isManager) => isManager ? Manager : Member;

    /// <summary>Whether the text names the manager's role; null when it names none.</summary>
    public static bool? Parse(string? text) => text switch
    {
        Manager => true,
        Member => false,
        _ => null,
    };
}
