using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mport.Server.Accounts.Teams;
using Mport.Server.Api;
using Mport.Server.Data;

namespace Mport.Server.Accounts;

/// <summary>Queries about the tunnels of one account and of its teams, which each of them names: another's tunnel is not there.</summary>
internal sealed class OwnTunnelStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    private static readonly Expression<Func<TunnelRow, StoredTunnel>> _toStored = t => new StoredTunnel
    {
        Id = t.Id,
        Spec = new TunnelSpec { Name = t.Name, Proto = t.Proto, Subdomain = t.Subdomain, Path = t.Path, Port = t.TcpPort ?? t.UdpPort, Labels = t.Labels, TargetHint = t.TargetHint, TeamId = t.TeamId },
        MadeBy = t.UserId,
        CreatedAt = t.CreatedAt,
        LastSeenAt = t.LastSeenAt,
        StoppedAt = t.StoppedAt,
        Revision = t.Revision,
    };

    private static readonly Lazy<Func<TunnelRow, StoredTunnel>> _ofRow = new(_toStored.Compile);

    /// <summary>A page of the account's and its teams' tunnels, or of one team's alone; the search looks at names and subdomains.</summary>
    public async Task<IReadOnlyList<StoredTunnel>> ListAsync(UserId caller, TeamId? team, ListQuery query, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);

        // Each by an index of its own: one condition with "or" would read the whole table.
        var rows = team is not null
            ? context.Tunnels.Where(t => t.TeamId == team && context.TeamMembers.Any(m => m.UserId == caller && m.TeamId == team))
            : context.Tunnels.Where(t => t.UserId == caller && t.TeamId == null)
                .Concat(context.Tunnels.Where(t => context.TeamMembers.Where(m => m.UserId == caller).Select(m => (TeamId?)m.TeamId).Contains(t.TeamId)));

        if (query.Search is { } search)
        {
            var pattern = KeysetPaging.Containing(search);
            rows = rows.Where(t => EF.Functions.Like(t.Name, pattern, "\\") || EF.Functions.Like(t.Subdomain, pattern, "\\"));
        }

        var page = await rows.Page(query, t => t.Id, text => new TunnelId(text), query.Sort == "name" ? t => t.Name : null).Select(_toStored).ToListAsync(cancellationToken);
        return await WithHostsAsync(context, page, cancellationToken);
    }

    /// <summary>The account's tunnel of this id, or null.</summary>
    public async Task<StoredTunnel?> FindAsync(UserId caller, TunnelId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await OneOf(context, caller, id).Select(_toStored).FirstOrDefaultAsync(cancellationToken) is { } tunnel
            ? (await WithHostsAsync(context, [tunnel], cancellationToken))[0]
            : null;
    }

    /// <summary>Stops a tunnel, or lets it be opened again; false when the account has none of this id. A second time changes nothing.</summary>
    public async Task<bool> SetStoppedAsync(UserId caller, TunnelId id, bool stopped, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset? now = time.GetUtcNow();
        return await OneOf(context, caller, id)
            .ExecuteUpdateAsync(
                set => set.SetProperty(t => t.StoppedAt, t => stopped ? t.StoppedAt ?? now : null).SetProperty(t => t.Revision, t => t.Revision + 1), cancellationToken) > 0;
    }

    /// <summary>The rules that were set for a tunnel, as they are stored; null for none.</summary>
    public async Task<string?> FindPolicyAsync(UserId caller, TunnelId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await OneOf(context, caller, id).Select(t => t.Policy).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Sets the rules of a tunnel that is still at a revision, which grows by one; false when it is not, or the account has none of this id.</summary>
    public async Task<bool> SetPolicyAsync(UserId caller, TunnelId id, long revision, string? policy, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await OneOf(context, caller, id).Where(t => t.Revision == revision)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.Policy, policy).SetProperty(t => t.Revision, t => t.Revision + 1), cancellationToken) > 0;
    }

    /// <summary>Deletes a tunnel; its address rests before another account may have it. Null when the account has none of this id.</summary>
    public Task<StoredTunnel?> DeleteAsync(UserId caller, TunnelId id, CancellationToken cancellationToken) =>
        contexts.DecideAsync(context => DeleteAsync(context, caller, id, cancellationToken), cancellationToken);

    private async Task<StoredTunnel?> DeleteAsync(EdgeDbContext context, UserId caller, TunnelId id, CancellationToken cancellationToken)
    {
        if (await OneOf(context, caller, id).FirstOrDefaultAsync(cancellationToken) is not { } row)
        {
            return null;
        }

        var stored = (await WithHostsAsync(context, [_ofRow.Value(row)], cancellationToken))[0];
        var (tcp, udp) = (row.TcpPort, row.UdpPort);
        context.Tunnels.Remove(row);
        await ReleasedNames.NoteAsync(context, caller, row.Subdomain, time, cancellationToken);
        await ReleasedPorts.NoteAsync(context, caller, tcp, udp, time, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        return stored;
    }

    // A table of its own: in the statement of the tunnels it would make a row for each of their hosts.
    private static async Task<IReadOnlyList<StoredTunnel>> WithHostsAsync(EdgeDbContext context, IReadOnlyList<StoredTunnel> tunnels, CancellationToken cancellationToken)
    {
        var ids = tunnels.Where(tunnel => !tunnel.Spec.Proto.UsesPort()).Select(tunnel => tunnel.Id).ToList();
        if (ids.Count == 0)
        {
            return tunnels;
        }

        var hosts = (await context.TunnelHosts.Where(h => EF.Parameter(ids).Contains(h.TunnelId)).Select(h => new { h.TunnelId, h.Host }).ToListAsync(cancellationToken))
            .ToLookup(h => h.TunnelId, h => h.Host);
        return [.. tunnels.Select(tunnel => hosts.Contains(tunnel.Id) ? tunnel with { Spec = tunnel.Spec with { Hosts = TunnelHosts.Of(hosts[tunnel.Id]) } } : tunnel)];
    }

    /// <summary>The rule of ownership: a tunnel is there for the person whose it is, or for everybody in the team whose it is.</summary>
    private static IQueryable<TunnelRow> OneOf(EdgeDbContext context, UserId caller, TunnelId id) => context.Tunnels.Where(t =>
        t.Id == id && ((t.TeamId == null && t.UserId == caller) || (t.TeamId != null && context.TeamMembers.Any(m => m.UserId == caller && m.TeamId == t.TeamId))));
}
