using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Data;

namespace Mport.Server.Accounts.Teams;

/// <summary>The part of a claim that is about teams: whether who claims may do so, in the queries of the claim itself.</summary>
internal static class TeamClaim
{
    /// <summary>The failure for a team that the account is not in, whether there is such a team or not.</summary>
    public static Failure Unknown(string team) => Failure.Of(TeamErrors.TeamUnknown, $"Your account is in no team {team}.");

    /// <summary>Why the account may not have the tunnel that it claims, or not move it; null when it may.</summary>
    /// <param name="context">The claim's.</param>
    /// <param name="claim">The claim.</param>
    /// <param name="row">The tunnel; null for a new one.</param>
    /// <param name="cancellationToken">The stop signal.</param>
    public static async Task<Failure?> RefuseAsync(EdgeDbContext context, TunnelClaim claim, TunnelRow? row, CancellationToken cancellationToken)
    {
        if (claim.TeamId is { } team && await FindRoleAsync(context, team, claim.UserId, cancellationToken) is null)
        {
            return Unknown(team.Value);
        }

        return row is not null && claim.Edit?.MoveTo is { } target && target != row.TeamId ? await RefuseMoveAsync(context, claim, row, target, cancellationToken) : null;
    }

    // Who moves a tunnel gives it to others, and takes it from them: a manager's matter on both sides.
    private static async Task<Failure?> RefuseMoveAsync(EdgeDbContext context, TunnelClaim claim, TunnelRow row, TeamId target, CancellationToken cancellationToken)
    {
        if (await FindRoleAsync(context, target, claim.UserId, cancellationToken) is not { } isManager)
        {
            return Unknown(target.Value);
        }

        if (!isManager || (row.TeamId is { } source && await FindRoleAsync(context, source, claim.UserId, cancellationToken) is not true))
        {
            return Failure.Of(TeamErrors.ManagersOnly, "Only a manager of the team moves a tunnel into it, or out of it.");
        }

        // Before the write, where the unique index would say the same without words.
        return await context.Tunnels.AnyAsync(t => t.TeamId == target && t.Name == row.Name, cancellationToken)
            ? Failure.Of(TunnelErrors.NameTaken, $"The team has a tunnel named {row.Name} already.")
            : null;
    }

    private static Task<bool?> FindRoleAsync(EdgeDbContext context, TeamId team, UserId user, CancellationToken cancellationToken) =>
        context.TeamMembers.Where(m => m.TeamId == team && m.UserId == user).Select(m => (bool?)m.IsManager).FirstOrDefaultAsync(cancellationToken);
}
