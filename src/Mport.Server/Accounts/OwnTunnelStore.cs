using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mport.Server.Api;
using Mport.Server.Data;

namespace Mport.Server.Accounts;

/// <summary>Queries about the tunnels of one account, which each of them names: another account's tunnel is not there.</summary>
internal sealed class OwnTunnelStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    private static readonly Expression<Func<TunnelRow, StoredTunnel>> _toStored = t => new StoredTunnel
    {
        Id = t.Id,
        Spec = new TunnelSpec { Name = t.Name, Proto = t.Proto, Subdomain = t.Subdomain, Port = t.TcpPort ?? t.UdpPort, Labels = t.Labels, TargetHint = t.TargetHint },
        CreatedAt = t.CreatedAt,
        LastSeenAt = t.LastSeenAt,
        StoppedAt = t.StoppedAt,
        Revision = t.Revision,
    };

    /// <summary>A page of the account's tunnels; the search looks at names and subdomains.</summary>
    public async Task<IReadOnlyList<StoredTunnel>> ListAsync(UserId owner, ListQuery query, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = context.Tunnels.Where(t => t.UserId == owner);
        if (query.Search is { } search)
        {
            var pattern = KeysetPaging.Containing(search);
            rows = rows.Where(t => EF.Functions.Like(t.Name, pattern, "\\") || EF.Functions.Like(t.Subdomain, pattern, "\\"));
        }

        return await rows.Page(query, t => t.Id, text => new TunnelId(text), query.Sort == "name" ? t => t.Name : null).Select(_toStored).ToListAsync(cancellationToken);
    }

    /// <summary>The account's tunnel of this id, or null.</summary>
    public async Task<StoredTunnel?> FindAsync(UserId owner, TunnelId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Tunnels.Where(t => t.UserId == owner && t.Id == id).Select(_toStored).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Stops a tunnel, or lets it be opened again; false when the account has none of this id. A second time changes nothing.</summary>
    public async Task<bool> SetStoppedAsync(UserId owner, TunnelId id, bool stopped, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset? now = time.GetUtcNow();
        return await context.Tunnels.Where(t => t.UserId == owner && t.Id == id)
            .ExecuteUpdateAsync(
                set => set.SetProperty(t => t.StoppedAt, t => stopped ? t.StoppedAt ?? now : null).SetProperty(t => t.Revision, t => t.Revision + 1), cancellationToken) > 0;
    }

    /// <summary>Deletes a tunnel; its address rests before another account may have it. Null when the account has none of this id.</summary>
    public Task<StoredTunnel?> DeleteAsync(UserId owner, TunnelId id, CancellationToken cancellationToken) =>
        contexts.DecideAsync(context => DeleteAsync(context, owner, id, cancellationToken), cancellationToken);

    private async Task<StoredTunnel?> DeleteAsync(EdgeDbContext context, UserId owner, TunnelId id, CancellationToken cancellationToken)
    {
        if (await context.Tunnels.FirstOrDefaultAsync(t => t.UserId == owner && t.Id == id, cancellationToken) is not { } row)
        {
            return null;
        }

        var stored = _toStored.Compile()(row);
        var (tcp, udp) = (row.TcpPort, row.UdpPort);
        context.Tunnels.Remove(row);
        await ReleasedNames.NoteAsync(context, owner, row.Subdomain, time, cancellationToken);
        await ReleasedPorts.NoteAsync(context, owner, tcp, udp, time, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        return stored;
    }
}
