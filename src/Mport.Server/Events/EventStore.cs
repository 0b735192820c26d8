using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mport.Server.Accounts;
using Mport.Server.Data;

namespace Mport.Server.Events;

/// <summary>All queries about events.</summary>
internal sealed class EventStore(IDbContextFactory<EdgeDbContext> contexts)
{
    private static readonly Expression<Func<EventRow, EventRecord>> _toRecord = row => new EventRecord
    {
        Sequence = row.Sequence,
        Id = row.Id,
        At = row.At,
        Kind = row.Kind,
        IsAudit = row.IsAudit,
        ActorKind = row.ActorKind,
        ActorId = row.ActorId,
        ActorName = row.ActorName,
        Address = row.Address,
        AccountId = row.AccountId,
        SubjectKind = row.SubjectKind,
        SubjectId = row.SubjectId,
        SubjectName = row.SubjectName,
        Before = row.Before,
        After = row.After,
        Code = row.Code,
        Reason = row.Reason,
    };

    private static readonly Lazy<Func<EventRow, EventRecord>> _ofRow = new(_toRecord.Compile);

    /// <summary>
    /// Adds events at the end, all or none, in their order. Other processes may do the same at this moment; the log stays one chain. To add the same ones
    /// again adds nothing: so whoever does not know whether they were written may try again.
    /// </summary>
    /// <returns>The end of the log.</returns>
    public Task<EventHead> AppendAsync(IReadOnlyList<WaitingEvent> waiting, CancellationToken cancellationToken)
    {
        // Where another process added its events between our look and our write, its last one is ours to follow.
        var ids = waiting.Select(one => one.Draft.Id).ToList();
        return contexts.DecideAsync(
            async context =>
            {
                var known = await context.Events.Where(row => EF.Parameter(ids).Contains(row.Id)).Select(row => row.Id).ToListAsync(cancellationToken);
                return await AddAsync(context, waiting.Where(one => !known.Contains(one.Draft.Id)), cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>The events that a query asks for.</summary>
    public async Task<IReadOnlyList<EventRecord>> ListAsync(EventQuery query, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = Filter(context.Events, query);
        if (query.NewestFirst)
        {
            rows = rows.Where(row => row.Sequence < (query.Cursor ?? long.MaxValue)).OrderByDescending(row => row.Sequence);
        }
        else
        {
            rows = rows.Where(row => row.Sequence > (query.Cursor ?? 0)).OrderBy(row => row.Sequence);
        }

        return await rows.Take(query.Limit).Select(_toRecord).ToListAsync(cancellationToken);
    }

    /// <summary>The place of an event in the log; null when there is none of this id, or none any more.</summary>
    /// <param name="id">The event.</param>
    /// <param name="account">Whose it must be; null for anybody's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<long?> FindPlaceAsync(string id, UserId? account, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Events.Where(row => row.Id == id && (account == null || row.AccountId == account)).Select(row => (long?)row.Sequence).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The end of the log.</summary>
    public async Task<EventHead> FindHeadAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await FindHeadAsync(context, cancellationToken);
    }

    /// <summary>Where the log begins: behind the last event that was removed, or at the beginning of all.</summary>
    public async Task<EventHead> FindBeginningAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await FindBeginningAsync(context, cancellationToken);
    }

    /// <summary>The next events behind a place, with their hashes.</summary>
    public async Task<IReadOnlyList<ChainedEvent>> ReadChainAsync(long behind, int limit, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Events.AsNoTracking().Where(row => row.Sequence > behind).OrderBy(row => row.Sequence).Take(limit).ToListAsync(cancellationToken);
        return [.. rows.Select(row => new ChainedEvent(_ofRow.Value(row), row.Hash))];
    }

    /// <summary>Removes the oldest events, up to the last one that is older than a moment; the chain goes on from there.</summary>
    /// <param name="before">Older ones go.</param>
    /// <param name="limit">At most so many, so that others get their turn.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many there were.</returns>
    public Task<int> TrimAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        contexts.DecideAsync(context => TrimAsync(context, before, limit, cancellationToken), cancellationToken);

    private static async Task<int> TrimAsync(EdgeDbContext context, DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var oldest = await context.Events.AsNoTracking().OrderBy(row => row.Sequence).Take(limit).Select(row => new { row.Sequence, row.At, row.Hash }).ToListAsync(cancellationToken);
        if (oldest.TakeWhile(row => row.At < before).LastOrDefault() is not { } last)
        {
            return 0;
        }

        // The last event of all stays: the next one follows its hash.
        var head = await FindHeadAsync(context, cancellationToken);
        if (last.Sequence == head.Sequence)
        {
            return 0;
        }

        var anchor = await context.EventAnchors.FirstOrDefaultAsync(cancellationToken);
        if (anchor is null)
        {
            context.EventAnchors.Add(new EventAnchor { Sequence = last.Sequence, Hash = last.Hash });
        }
        else
        {
            anchor.Sequence = last.Sequence;
            anchor.Hash = last.Hash;
        }

        await context.SaveChangesAsync(cancellationToken);
        var removed = await context.Events.Where(row => row.Sequence <= last.Sequence).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return removed;
    }

    private static async Task<EventHead> AddAsync(EdgeDbContext context, IEnumerable<WaitingEvent> waiting, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var head = await FindHeadAsync(context, cancellationToken);
        foreach (var (draft, _) in waiting)
        {
            var placed = draft with { Sequence = head.Sequence + 1 };
            head = new EventHead(placed.Sequence, EventChain.HashOf(head.Hash, placed));
            context.Events.Add(ToRow(placed, head.Hash));
        }

        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return head;
    }

    private static async Task<EventHead> FindHeadAsync(EdgeDbContext context, CancellationToken cancellationToken) =>
        await context.Events.OrderByDescending(row => row.Sequence).Select(row => new EventHead(row.Sequence, row.Hash)).FirstOrDefaultAsync(cancellationToken)
        ?? await FindBeginningAsync(context, cancellationToken);

    private static async Task<EventHead> FindBeginningAsync(EdgeDbContext context, CancellationToken cancellationToken) =>
        await context.EventAnchors.AsNoTracking().Select(anchor => new EventHead(anchor.Sequence, anchor.Hash)).FirstOrDefaultAsync(cancellationToken)
        ?? new EventHead(0, EventChain.Beginning);

    private static IQueryable<EventRow> Filter(IQueryable<EventRow> rows, EventQuery query)
    {
        rows = query.AccountId is { } account ? rows.Where(row => row.AccountId == account) : rows;
        rows = query.AuditOnly ? rows.Where(row => row.IsAudit) : rows;
        rows = query.ActorId is { } actor ? rows.Where(row => row.ActorId == actor) : rows;
        rows = query.SubjectId is { } subject ? rows.Where(row => row.SubjectId == subject) : rows;
        rows = query.Search is { } text ? rows.Where(row => row.SubjectName!.Contains(text) || row.ActorName!.Contains(text)) : rows;
        rows = query.From is { } from ? rows.Where(row => row.At >= from) : rows;
        rows = query.To is { } to ? rows.Where(row => row.At < to) : rows;
        return query.Kind switch
        {
            null => rows,
            [.., '.'] prefix => rows.Where(row => row.Kind.StartsWith(prefix)),
            var kind => rows.Where(row => row.Kind == kind),
        };
    }

    private static EventRow ToRow(EventRecord placed, byte[] hash) => new()
    {
        Sequence = placed.Sequence,
        Id = placed.Id,
        At = placed.At,
        Kind = placed.Kind,
        IsAudit = placed.IsAudit,
        ActorKind = placed.ActorKind,
        ActorId = placed.ActorId,
        ActorName = placed.ActorName,
        Address = placed.Address,
        AccountId = placed.AccountId,
        SubjectKind = placed.SubjectKind,
        SubjectId = placed.SubjectId,
        SubjectName = placed.SubjectName,
        Before = placed.Before,
        After = placed.After,
        Code = placed.Code,
        Reason = placed.Reason,
        Hash = hash,
    };
}
