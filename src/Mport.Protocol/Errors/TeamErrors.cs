namespace Mport.Protocol.Errors;

/// <summary>Teams and who may do what in them: 154x.</summary>
public static class TeamErrors
{
    /// <summary>No such team of the account.</summary>
    public static ErrorDescription TeamUnknown { get; } = new()
    {
        Code = new(1540),
        Title = "You have no such team",
        Why = "No team of this name or id exists, or the account is not in it.",
        Fix = "Look at `GET /api/v1/teams`, or ask a manager of the team to add you.",
    };

    /// <summary>A team of this name exists.</summary>
    public static ErrorDescription TeamNameTaken { get; } = new()
    {
        Code = new(1541),
        Title = "The team's name is taken",
        Why = "A team of this name exists on the edge; names are unique, so that `--team NAME` says which one is meant.",
        Fix = "Choose another name.",
    };

    /// <summary>A team needs a manager.</summary>
    public static ErrorDescription LastManager { get; } = new()
    {
        Code = new(1542),
        Title = "A team needs a manager",
        Why = "The account is the team's only manager; without one nobody could add or remove members.",
        Fix = "Make another member a manager first.",
    };

    /// <summary>The team still has tunnels.</summary>
    public static ErrorDescription TeamHasTunnels { get; } = new()
    {
        Code = new(1543),
        Title = "The team still has tunnels",
        Why = "A team is deleted only when no tunnel belongs to it, so that no address is lost by accident.",
        Fix = "Delete the team's tunnels or move them to another team first.",
    };

    /// <summary>As many as there may be.</summary>
    public static ErrorDescription TeamLimit { get; } = new()
    {
        Code = new(1544),
        Title = "There is no room for another",
        Why = "An account makes only so many teams, and a team has only so many members.",
        Fix = "Delete a team or remove a member, or ask the edge's operator.",
    };

    /// <summary>Only managers do that.</summary>
    public static ErrorDescription ManagersOnly { get; } = new()
    {
        Code = new(1545),
        Title = "Only a manager of the team does that",
        Why = "Members use a team's tunnels; its name, its members and which tunnels move into it are for its managers.",
        Fix = "Ask a manager of the team.",
    };

    /// <summary>The account is in the team already.</summary>
    public static ErrorDescription AlreadyMember { get; } = new()
    {
        Code = new(1546),
        Title = "The account is in the team already",
        Why = "Each account is in a team once.",
        Fix = "Change the member's role instead.",
    };

    /// <summary>All of them.</summary>
    internal static ErrorDescription[] All { get; } = [TeamUnknown, TeamNameTaken, LastManager, TeamHasTunnels, TeamLimit, ManagersOnly, AlreadyMember];
}
