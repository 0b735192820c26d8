using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Data;

namespace Mport.Server.Accounts.Teams;

/// <summary>All queries about the members of teams. Whoever calls has found the team by <see cref="TeamStore"/>, as one who may see it.</summary>
internal sealed class TeamMemberStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    /// <summary>Members of one team at most: they are listed without pages.</summary>
    public const int Most = 200;

    private static readonly Expression<Func<TeamMemberRow, TeamMemberRecord>> _toRecord = member => new TeamMemberRecord
    {
        UserId = member.UserId,
        Email = member.User == null ? "" : member.User.Email,
        IsManager = member.IsManager,
        AddedAt = member.AddedAt,
    };

    /// <summary>The members, the oldest first.</summary>
    public async Task<IReadOnlyList<TeamMemberRecord>> ListAsync(TeamId team, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.TeamMembers.Where(m => m.TeamId == team).OrderBy(m => m.AddedAt).ThenBy(m => m.UserId).Select(_toRecord).ToListAsync(cancellationToken);
    }

    /// <summary>The member of this id, or null.</summary>
    public async Task<TeamMemberRecord?> FindAsync(TeamId team, UserId user, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.TeamMembers.Where(m => m.TeamId == team && m.UserId == user).Select(_toRecord).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Adds an account, if who asks manages the team; null when that is done.</summary>
    public Task<Failure?> AddAsync(UserId? by, TeamId team, UserId user, bool isManager, CancellationToken cancellationToken) => ChangeAsync(
        team,
        async context =>
        {
            if (!await MayManageAsync(context, by, team, cancellationToken))
            {
                return NotManager;
            }

            if (await context.TeamMembers.AnyAsync(m => m.TeamId == team && m.UserId == user, cancellationToken))
            {
                return Failure.Of(TeamErrors.AlreadyMember);
            }

            if (await context.TeamMembers.CountAsync(m => m.TeamId == team, cancellationToken) >= Most)
            {
                return Failure.Of(TeamErrors.TeamLimit, $"The team has {Most} members, as many as one may have.");
            }

            // The team or the account may have been deleted meanwhile, after whoever calls has found them.
            if (!await context.Teams.AnyAsync(t => t.Id == team, cancellationToken) || !await context.Users.AnyAsync(u => u.Id == user, cancellationToken))
            {
                return Failure.Of(AccountErrors.AccountUnknown);
            }

            context.TeamMembers.Add(new TeamMemberRow { TeamId = team, UserId = user, IsManager = isManager, AddedAt = time.GetUtcNow() });
            await context.SaveChangesAsync(cancellationToken);
            return null;
        },
        cancellationToken);

    /// <summary>Gives a member another role, if who asks manages the team; null when that is done.</summary>
    public Task<Failure?> SetRoleAsync(UserId? by, TeamId team, UserId user, bool isManager, CancellationToken cancellationToken) => ChangeAsync(
        team,
        async context => !await MayManageAsync(context, by, team, cancellationToken) ? NotManager
            : await Of(context, team, user, mayLeaveNoManager: isManager).ExecuteUpdateAsync(set => set.SetProperty(m => m.IsManager, isManager), cancellationToken) > 0 ? null
            : Failure.Of(TeamErrors.LastManager),
        cancellationToken);

    /// <summary>Removes a member, if who asks manages the team or is the member; null when that is done.</summary>
    public Task<Failure?> RemoveAsync(UserId? by, TeamId team, UserId user, CancellationToken cancellationToken) => ChangeAsync(
        team,
        async context => by != user && !await MayManageAsync(context, by, team, cancellationToken) ? NotManager
            : await Of(context, team, user, mayLeaveNoManager: false).ExecuteDeleteAsync(cancellationToken) > 0 ? null
            : Failure.Of(TeamErrors.LastManager),
        cancellationToken);

    /// <summary>What a member who is no manager is told.</summary>
    public static Failure NotManager { get; } = Failure.Of(TeamErrors.ManagersOnly);

    // One after the other for each team: of two managers who remove each other at one time, one stays.
    private Task<Failure?> ChangeAsync(TeamId team, Func<EdgeDbContext, Task<Failure?>> change, CancellationToken cancellationToken) => contexts.DecideAsync(
        async context =>
        {
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            await TeamLock.TakeAsync(context, team, cancellationToken);
            var refused = await change(context);
            await transaction.CommitAsync(cancellationToken);
            return refused;
        },
        cancellationToken);

    // The row, as long as the team has another manager or this one goes on to be one.
    private static IQueryable<TeamMemberRow> Of(EdgeDbContext context, TeamId team, UserId user, bool mayLeaveNoManager) => context.TeamMembers.Where(m =>
        m.TeamId == team && m.UserId == user && (mayLeaveNoManager || !m.IsManager || context.TeamMembers.Any(other => other.TeamId == team && other.UserId != user && other.IsManager)));

    private static async Task<bool> MayManageAsync(EdgeDbContext context, UserId? by, TeamId team, CancellationToken cancellationToken) =>
        by is not { } user || await context.TeamMembers.AnyAsync(m => m.TeamId == team && m.UserId == user && m.IsManager, cancellationToken);
}
