using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;
using Mport.Server.Api;
using Mport.Server.Data;
using Mport.Server.Traffic;

namespace Mport.Server.Quotas;

/// <summary>All queries about quotas.</summary>
internal sealed class QuotaStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    private static readonly Expression<Func<QuotaRow, QuotaRecord>> _toRecord = row => new QuotaRecord(
        new QuotaSubject(row.Kind, row.SubjectId),
        new QuotaLimits
        {
            Tunnels = row.Tunnels,
            Names = row.Names,
            Ports = row.Ports,
            Connections = row.Connections,
            Bandwidth = row.Bandwidth,
            BytesPerDay = row.BytesPerDay,
            BytesPerMonth = row.BytesPerMonth,
            RequestsPerDay = row.RequestsPerDay,
            Action = row.Action,
            ThrottleTo = row.ThrottleTo,
        },
        row.UpdatedAt);

    private static readonly Lazy<Func<QuotaRow, QuotaRecord>> _ofRow = new(_toRecord.Compile);

    /// <summary>All that are set, by kind and id.</summary>
    public async Task<IReadOnlyList<QuotaRecord>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Quotas.OrderBy(row => row.Kind).ThenBy(row => row.SubjectId).Select(_toRecord).ToListAsync(cancellationToken);
    }

    /// <summary>What is set for these ids.</summary>
    public async Task<IReadOnlyList<QuotaRecord>> FindAllAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Quotas.Where(row => EF.Parameter(ids).Contains(row.SubjectId)).Select(_toRecord).ToListAsync(cancellationToken);
    }

    /// <summary>
    /// For which subjects there is a quota to be shown, by their ids: the account itself and those of its teams, tokens and tunnels that were set; of all accounts
    /// those that were set.
    /// </summary>
    public async Task<IReadOnlyList<QuotaSubject>> ListSubjectsAsync(UserId? account, ListQuery list, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var ids = context.Quotas.Select(row => row.SubjectId);
        if (account is { } own)
        {
            ids = context.Users.Where(row => row.Id == own).Select(row => (string)(object)row.Id)
                .Union(context.Tokens.Where(row => row.UserId == own).Select(row => (string)(object)row.Id).Where(id => context.Quotas.Any(row => row.SubjectId == id)))
                .Union(context.TeamMembers.Where(row => row.UserId == own).Select(row => (string)(object)row.TeamId).Where(id => context.Quotas.Any(row => row.SubjectId == id)))
                .Union(context.Tunnels.Where(row => row.UserId == own && row.TeamId == null).Select(row => (string)(object)row.Id).Where(id => context.Quotas.Any(row => row.SubjectId == id)));
        }

        var search = list.Search;
        ids = search is null ? ids : ids.Where(id => id == search);
        var after = list.After?.Id;
        ids = list.Descending
            ? ids.Where(id => after == null || id.CompareTo(after) < 0).OrderByDescending(id => id)
            : ids.Where(id => after == null || id.CompareTo(after) > 0).OrderBy(id => id);
        return [.. (await ids.Take(list.Take).ToListAsync(cancellationToken)).Select(QuotaSubject.Parse).OfType<QuotaSubject>()];
    }

    /// <summary>What is set for a subject; null when nothing is.</summary>
    public async Task<QuotaRecord?> FindAsync(QuotaSubject subject, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Quotas.Where(row => row.Kind == subject.Kind && row.SubjectId == subject.Id).Select(_toRecord).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Changes when any quota does.</summary>
    public async Task<(int Count, DateTimeOffset? Last)> FingerprintAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return (await context.Quotas.CountAsync(cancellationToken), await context.Quotas.MaxAsync(row => (DateTimeOffset?)row.UpdatedAt, cancellationToken));
    }

    /// <summary>Whose the subject is, of a team's tunnel who made it, of a team the manager whose account is the oldest; null when there is none of this id.</summary>
    public async Task<UserId?> FindOwnerAsync(QuotaSubject subject, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var (user, team, token, tunnel) = (new UserId(subject.Id), new TeamId(subject.Id), new TokenId(subject.Id), new TunnelId(subject.Id));
        return subject.Kind switch
        {
            QuotaKind.Account => await context.Users.Where(row => row.Id == user).Select(row => (UserId?)row.Id).FirstOrDefaultAsync(cancellationToken),
            QuotaKind.Team => await context.TeamMembers.Where(row => row.TeamId == team).OrderByDescending(row => row.IsManager).ThenBy(row => row.UserId)
                .Select(row => (UserId?)row.UserId).FirstOrDefaultAsync(cancellationToken),
            QuotaKind.Token => await context.Tokens.Where(row => row.Id == token).Select(row => (UserId?)row.UserId).FirstOrDefaultAsync(cancellationToken),
            QuotaKind.Tunnel => await context.Tunnels.Where(row => row.Id == tunnel).Select(row => (UserId?)row.UserId).FirstOrDefaultAsync(cancellationToken),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Sets what a subject may have, in place of what was set before; gives that, or null where nothing was.</summary>
    public Task<QuotaLimits?> SetAsync(QuotaSubject subject, QuotaLimits limits, CancellationToken cancellationToken) =>
        contexts.DecideAsync(context => SetAsync(context, subject, limits, cancellationToken), cancellationToken);

    /// <summary>Takes away what was set; false when nothing was.</summary>
    public async Task<bool> ClearAsync(QuotaSubject subject, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Quotas.Where(row => row.Kind == subject.Kind && row.SubjectId == subject.Id).ExecuteDeleteAsync(cancellationToken) > 0;
    }

    /// <summary>What subjects of one kind have used this day and month.</summary>
    public async Task<IReadOnlyDictionary<QuotaSubject, QuotaTotals>> SumAsync(QuotaKind kind, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var month = QuotaUse.MonthOf(now).ToUnixTimeSeconds();
        var rows = context.Usage.Where(row => row.Step == UsageStep.Day && row.Start >= month);
        var teams = ids.Select(id => (TeamId?)new TeamId(id)).ToList();
        var (users, tokens, tunnels) = (ids.Select(id => new UserId(id)).ToList(), ids.Select(id => new TokenId(id)).ToList(), ids.Select(id => new TunnelId(id)).ToList());
        return kind switch
        {
            QuotaKind.Account => await SumAsync(kind, rows.Where(row => EF.Parameter(users).Contains(row.AccountId)).GroupBy(row => row.AccountId), id => id.Value, now, cancellationToken),
            QuotaKind.Team => await SumAsync(
                kind,
                rows.Join(context.Tunnels.Where(t => EF.Parameter(teams).Contains(t.TeamId)), row => row.TunnelId, t => t.Id, (row, t) => new { row, t.TeamId }).GroupBy(one => one.TeamId, one => one.row),
                id => id?.Value ?? "",
                now,
                cancellationToken),
            QuotaKind.Token => await SumAsync(kind, rows.Where(row => EF.Parameter(tokens).Contains(row.TokenId)).GroupBy(row => row.TokenId), id => id.Value, now, cancellationToken),
            QuotaKind.Tunnel => await SumAsync(kind, rows.Where(row => EF.Parameter(tunnels).Contains(row.TunnelId)).GroupBy(row => row.TunnelId), id => id.Value, now, cancellationToken),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private async Task<QuotaLimits?> SetAsync(EdgeDbContext context, QuotaSubject subject, QuotaLimits limits, CancellationToken cancellationToken)
    {
        var row = await context.Quotas.FirstOrDefaultAsync(one => one.Kind == subject.Kind && one.SubjectId == subject.Id, cancellationToken);
        var before = row is null ? null : _ofRow.Value(row).Limits;
        if (row is null)
        {
            row = new QuotaRow { Kind = subject.Kind, SubjectId = subject.Id, UpdatedAt = time.GetUtcNow() };
            context.Quotas.Add(row);
        }

        (row.Tunnels, row.Names, row.Ports, row.Connections) = (limits.Tunnels, limits.Names, limits.Ports, limits.Connections);
        (row.Bandwidth, row.BytesPerDay, row.BytesPerMonth, row.RequestsPerDay) = (limits.Bandwidth, limits.BytesPerDay, limits.BytesPerMonth, limits.RequestsPerDay);
        (row.Action, row.ThrottleTo, row.UpdatedAt) = (limits.Action, limits.ThrottleTo, time.GetUtcNow());
        await context.SaveChangesAsync(cancellationToken);
        return before;
    }

    private static async Task<IReadOnlyDictionary<QuotaSubject, QuotaTotals>> SumAsync<TKey>(
        QuotaKind kind, IQueryable<IGrouping<TKey, UsageRow>> groups, Func<TKey, string> idOf, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var day = UsageStep.Day.StartOf(now).ToUnixTimeSeconds();
        var sums = await groups
            .Select(group => new
            {
                group.Key,
                DayBytes = group.Sum(row => row.Start >= day ? row.BytesIn + row.BytesOut : 0L),
                MonthBytes = group.Sum(row => row.BytesIn + row.BytesOut),
                DayRequests = group.Sum(row => row.Start >= day ? row.Requests : 0L),
            })
            .ToListAsync(cancellationToken);
        return sums.ToDictionary(sum => new QuotaSubject(kind, idOf(sum.Key)), sum => new QuotaTotals(sum.DayBytes, sum.MonthBytes, sum.DayRequests));
    }
}
