using Mport.Server.Accounts.Teams;

namespace Mport.Server.Hosting.Commands;

/// <summary>A team as <c>--json</c> prints it.</summary>
internal sealed record TeamLine(string Id, string Name, int Members, int Tunnels, DateTimeOffset CreatedAt)
{
    /// <summary>The line of a team.</summary>
    public static TeamLine Of(TeamRecord team) => new(team.Id.Value, team.Name, team.Members, team.Tunnels, team.CreatedAt);
}

/// <summary>A member of a team as <c>--json</c> prints it.</summary>
internal sealed record TeamMemberLine(string Id, string Email, string Role, DateTimeOffset AddedAt);
