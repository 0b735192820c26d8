using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Api;
using Mport.Server.Data;

namespace Mport.Server.Accounts.Teams;

/// <summary>
/// All queries about teams. Each names who asks: a team that the account is not in is not there, and what is for managers is done by a manager's
/// statement alone. Null stands for the edge's own command line, which may do all of it.
/// </summary>
internal sealed class TeamStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    /// <summary>Makes a team; who makes it is its manager. Not more than so many by one account.</summary>
    public async Task<(TeamRecord? Team, Failure? Refused)> CreateAsync(string name, UserId? maker, int most, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (maker is not null && await context.Teams.CountAsync(team => team.MadeBy == maker, cancellationToken) >= most)
        {
            return (null, Failure.Of(TeamErrors.TeamLimit, most == 0 ? "On this edge administrators alone make teams." : $"Your account has made {most} teams, as many as it may."));
        }

        var now = time.GetUtcNow();
        var row = new TeamRow { Id = TeamId.Create(time), Name = name, MadeBy = maker, CreatedAt = now };
        context.Teams.Add(row);
        if (maker is { } manager)
        {
            context.TeamMembers.Add(new TeamMemberRow { TeamId = row.Id, UserId = manager, IsManager = true, AddedAt = now });
        }

        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exists) when (context.IsUniqueViolation(exists))
        {
            return (null, NameTaken(name));
        }

        return (await FindAsync(maker, row.Id, cancellationToken), null);
    }

    /// <summary>A page of the account's teams; the search looks at their names.</summary>
    public async Task<IReadOnlyList<TeamRecord>> ListAsync(UserId caller, ListQuery query, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = Of(context, caller);
        if (query.Search is { } search)
        {
            var pattern = KeysetPaging.Containing(search);
            rows = rows.Where(team => EF.Functions.Like(team.Name, pattern, "\\"));
        }

        return await rows.Page(query, team => team.Id, text => new TeamId(text), query.Sort == "name" ? team => team.Name : null).Select(ToRecord(context, caller)).ToListAsync(cancellationToken);
    }

    /// <summary>All teams of the edge, by name.</summary>
    public async Task<IReadOnlyList<TeamRecord>> ListAllAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Teams.OrderBy(team => team.Name).Select(ToRecord(context, caller: null)).ToListAsync(cancellationToken);
    }

    /// <summary>The account's team of this id, or null.</summary>
    public async Task<TeamRecord?> FindAsync(UserId? caller, TeamId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Of(context, caller).Where(team => team.Id == id).Select(ToRecord(context, caller)).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The account's team of this name, or null.</summary>
    public async Task<TeamRecord?> FindAsync(UserId? caller, string name, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Of(context, caller).Where(team => team.Name == name).Select(ToRecord(context, caller)).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Gives a team that is still as it was known another name; null when that is done.</summary>
    public async Task<Failure?> RenameAsync(UserId? by, TeamRecord known, string name, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var (id, revision) = (known.Id, known.Revision);
        if (await context.Teams.AnyAsync(team => team.Name == name && team.Id != id, cancellationToken))
        {
            return NameTaken(name);
        }

        if (await ManagedBy(context, by).FirstOrDefaultAsync(team => team.Id == id && team.Revision == revision, cancellationToken) is not { } row)
        {
            return Failure.Of(ApiErrors.PreconditionFailed);
        }

        row.Name = name;
        row.Revision++;
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateException exists) when (context.IsUniqueViolation(exists))
        {
            return NameTaken(name);
        }
    }

    /// <summary>Deletes a team that has no tunnels; null when that is done.</summary>
    public Task<Failure?> DeleteAsync(UserId? by, TeamRecord known, CancellationToken cancellationToken) => contexts.DecideAsync(
        async context =>
        {
            var id = known.Id;
            if (await context.Tunnels.CountAsync(t => t.TeamId == id, cancellationToken) is > 0 and var tunnels)
            {
                return Failure.Of(TeamErrors.TeamHasTunnels, $"The team {known.Name} has {tunnels} tunnel{(tunnels == 1 ? "" : "s")}.");
            }

            // Who gets a tunnel in between is faster: the foreign key says so, and we look again.
            return await ManagedBy(context, by).Where(team => team.Id == id).ExecuteDeleteAsync(cancellationToken) > 0 ? null : Failure.Of(TeamErrors.ManagersOnly);
        },
        cancellationToken);

    /// <summary>Of these places in teams, those that are no more: the account was removed, or the team is gone.</summary>
    public async Task<IReadOnlySet<(TeamId Team, UserId User)>> FindEndedAsync(IReadOnlyCollection<(TeamId Team, UserId User)> places, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var teams = places.Select(place => place.Team).Distinct().ToList();
        var known = await context.TeamMembers.Where(m => EF.Parameter(teams).Contains(m.TeamId)).Select(m => new { m.TeamId, m.UserId }).ToListAsync(cancellationToken);
        return places.Except(known.Select(m => (m.TeamId, m.UserId))).ToHashSet();
    }

    /// <summary>The rule of ownership: the teams that an account is in.</summary>
    private static IQueryable<TeamRow> Of(EdgeDbContext context, UserId? caller) =>
        caller is { } user ? context.Teams.Where(team => context.TeamMembers.Where(m => m.UserId == user).Select(m => m.TeamId).Contains(team.Id)) : context.Teams;

    private static IQueryable<TeamRow> ManagedBy(EdgeDbContext context, UserId? by) =>
        by is { } user ? context.Teams.Where(team => context.TeamMembers.Any(m => m.UserId == user && m.TeamId == team.Id && m.IsManager)) : context.Teams;

    private static Failure NameTaken(string name) => Failure.Of(TeamErrors.TeamNameTaken, $"A team named {name} exists already.");

    private static Expression<Func<TeamRow, TeamRecord>> ToRecord(EdgeDbContext context, UserId? caller)
    {
        var anybody = caller is null;
        return team => new TeamRecord
        {
            Id = team.Id,
            Name = team.Name,
            CreatedAt = team.CreatedAt,
            Revision = team.Revision,
            Members = context.TeamMembers.Count(m => m.TeamId == team.Id),
            Tunnels = context.Tunnels.Count(t => t.TeamId == team.Id),
            IsManager = anybody || context.TeamMembers.Any(m => m.TeamId == team.Id && m.UserId == caller && m.IsManager),
        };
    }
}
