using Mport.Server.Accounts.Teams;

namespace Mport.Server.Accounts;

/// <summary>Whose a tunnel is: a team's, or else a person's. Names of tunnels are unique for each.</summary>
internal readonly record struct TunnelOwner
{
    private TunnelOwner(UserId? user, TeamId? team)
    {
        User = user;
        Team = team;
    }

    /// <summary>The person; null for a team's tunnel.</summary>
    public UserId? User { get; }

    /// <summary>The team; null for a person's tunnel.</summary>
    public TeamId? Team { get; }

    /// <summary>The team where there is one; then it matters nothing who made or serves the tunnel.</summary>
    public static TunnelOwner Of(UserId user, TeamId? team) => new(team is null ? user : null, team);
}
