using Microsoft.EntityFrameworkCore;
using Mport.Server.Accounts.Teams;
using Mport.Server.Data;

namespace Mport.Server.Accounts.Removal;

/// <summary>
/// The part of an account's deletion that is about teams. A team outlives its members as long as there is one: what the account has made there is then another
/// member's, and a team whose only manager it was gets a new one. A team that it was alone in goes with it, and its tunnels are treated as the account's own.
/// </summary>
internal static class TeamRemoval
{
    /// <summary>Takes the account out of its teams, and gives what it made in teams to others there.</summary>
    /// <param name="context">In the transaction of the deletion.</param>
    /// <param name="id">The account.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<LeftTeam>> LeaveAllAsync(EdgeDbContext context, UserId id, TimeProvider time, CancellationToken cancellationToken)
    {
        // In the order of ids, so that two deletions wait for each other and never in a circle.
        var teams = await context.TeamMembers.Where(m => m.UserId == id).OrderBy(m => m.TeamId).Select(m => m.TeamId).ToListAsync(cancellationToken);
        var left = new List<LeftTeam>(teams.Count);
        foreach (var team in teams)
        {
            left.Add(await LeaveAsync(context, team, id, cancellationToken));
        }

        // Also those in teams that it had left before.
        var made = await context.Tunnels.Where(t => t.UserId == id && t.TeamId != null).OrderBy(t => t.Id)
            .Select(t => new { t.Id, TeamId = t.TeamId ?? default, t.Subdomain, t.TcpPort, t.UdpPort }).ToListAsync(cancellationToken);
        foreach (var tunnel in made)
        {
            if (await FindKeeperAsync(context, tunnel.TeamId, id, cancellationToken) is not { } keeper)
            {
                continue;
            }

            var (key, to) = (tunnel.Id, keeper.UserId);
            await context.Tunnels.Where(t => t.Id == key).ExecuteUpdateAsync(set => set.SetProperty(t => t.UserId, to), cancellationToken);
            await ReleasedNames.NoteAsync(context, to, tunnel.Subdomain, time, cancellationToken);
            await ReleasedPorts.NoteAsync(context, to, tunnel.TcpPort, tunnel.UdpPort, time, cancellationToken);
        }

        // Whoever made the tunnels of a team that nobody else is in.
        var alone = left.Where(team => team.Keeper is null).Select(team => (TeamId?)team.Id).ToList();
        await context.Tunnels.Where(t => EF.Parameter(alone).Contains(t.TeamId)).ExecuteUpdateAsync(set => set.SetProperty(t => t.UserId, id), cancellationToken);
        return left;
    }

    /// <summary>Deletes the teams that nobody is in any more; their tunnels are gone, or somebody's own.</summary>
    public static async Task DeleteAsync(EdgeDbContext context, IReadOnlyList<LeftTeam> left, CancellationToken cancellationToken)
    {
        var alone = left.Where(team => team.Keeper is null).Select(team => team.Id).ToList();
        await context.Teams.Where(team => EF.Parameter(alone).Contains(team.Id)).ExecuteDeleteAsync(cancellationToken);
    }

    private static async Task<LeftTeam> LeaveAsync(EdgeDbContext context, TeamId team, UserId id, CancellationToken cancellationToken)
    {
        await TeamLock.TakeAsync(context, team, cancellationToken);
        var name = await context.Teams.Where(t => t.Id == team).Select(t => t.Name).FirstOrDefaultAsync(cancellationToken) ?? "";
        await context.TeamMembers.Where(m => m.TeamId == team && m.UserId == id).ExecuteDeleteAsync(cancellationToken);
        if (await FindKeeperAsync(context, team, id, cancellationToken) is not { } keeper)
        {
            return new LeftTeam(team, name, Keeper: null, IsNewManager: false, KeeperEmail: null);
        }

        var to = keeper.UserId;
        if (!keeper.IsManager)
        {
            await context.TeamMembers.Where(m => m.TeamId == team && m.UserId == to).ExecuteUpdateAsync(set => set.SetProperty(m => m.IsManager, true), cancellationToken);
        }

        return new LeftTeam(team, name, to, !keeper.IsManager, keeper.Email);
    }

    // A manager before a member, whoever has been there longest.
    private static async Task<Keeper?> FindKeeperAsync(EdgeDbContext context, TeamId team, UserId id, CancellationToken cancellationToken) =>
        await context.TeamMembers.Where(m => m.TeamId == team && m.UserId != id)
            .OrderByDescending(m => m.IsManager).ThenBy(m => m.AddedAt).ThenBy(m => m.UserId)
            .Select(m => new Keeper(m.UserId, m.IsManager, m.User == null ? "" : m.User.Email)).FirstOrDefaultAsync(cancellationToken);

    private sealed record Keeper(UserId UserId, bool IsManager, string Email);
}
