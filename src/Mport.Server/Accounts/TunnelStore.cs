using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Data;

namespace Mport.Server.Accounts;

/// <summary>All queries about tunnels: who has which name, subdomain and port.</summary>
internal sealed class TunnelStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    /// <summary>Tunnels of one account at most: far more than anybody runs, few enough that one token cannot fill the database.</summary>
    public const int MaxPerAccount = 1000;

    /// <summary>
    /// Finds the account's tunnel of this name, or makes it, and makes sure that its address is its own. The caller has settled before who may
    /// hold the tunnel: a wish for another kind or address changes the row at once.
    /// </summary>
    public Task<TunnelClaimResult> ClaimAsync(TunnelClaim claim, CancellationToken cancellationToken)
    {
        return Refuse(claim) is { } failure
            ? Task.FromResult<TunnelClaimResult>(new TunnelClaimResult.Refused(failure))
            : contexts.DecideAsync(context => new AddressClaim(context, claim, time).RunAsync(cancellationToken), cancellationToken);
    }

    /// <summary>All subdomains that belong to tunnels, open or not.</summary>
    public async Task<IReadOnlyDictionary<string, TunnelId>> ListSubdomainsAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Tunnels.Where(t => t.Subdomain != null).Select(t => new { t.Subdomain, t.Id })
            .ToDictionaryAsync(t => t.Subdomain!, t => t.Id, cancellationToken);
    }

    /// <summary>All tunnels with a host, open or not, with their subdomains and the custom domains that are proven.</summary>
    public async Task<IReadOnlyList<TunnelRecord>> ListHostedAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var hosts = (await context.TunnelHosts.Where(h => h.Domain!.ProvenAt != null).Select(h => new { h.TunnelId, h.Host }).ToListAsync(cancellationToken))
            .ToLookup(h => h.TunnelId, h => h.Host);
        var rows = await context.Tunnels.Where(t => t.Subdomain != null || context.TunnelHosts.Any(h => h.TunnelId == t.Id))
            .Select(t => new { t.Id, t.Name, t.Proto, t.Subdomain, t.Path, t.TeamId }).ToListAsync(cancellationToken);
        return [.. rows.Select(t => new TunnelRecord(t.Id, t.Name, t.Proto, t.Subdomain, Port: null) { TeamId = t.TeamId, Path = t.Path, Hosts = TunnelHosts.Of(hosts[t.Id]) })];
    }

    /// <summary>The tunnel that a subdomain belongs to, open or not.</summary>
    public async Task<TunnelId?> FindBySubdomainAsync(string subdomain, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Tunnels.Where(t => t.Subdomain == subdomain).Select(t => (TunnelId?)t.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The rules that were set for a tunnel, and its revision.</summary>
    public async Task<(string? Policy, long Revision)> FindPolicyAsync(TunnelId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await context.Tunnels.Where(t => t.Id == id).Select(t => new { t.Policy, t.Revision }).FirstOrDefaultAsync(cancellationToken);
        return (found?.Policy, found?.Revision ?? 0);
    }

    /// <summary>Notes that the tunnels are open. One statement.</summary>
    public async Task TouchAsync(IReadOnlyCollection<TunnelId> tunnelIds, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        await context.Tunnels.Where(t => EF.Parameter(tunnelIds).Contains(t.Id)).ExecuteUpdateAsync(set => set.SetProperty(t => t.LastSeenAt, now), cancellationToken);
    }

    private static Failure? Refuse(TunnelClaim claim)
    {
        if (!DomainName.IsLabel(claim.Name))
        {
            return Failure.Of(TunnelErrors.NameInvalid, "A tunnel's name has 1 to 63 characters of a-z, 0-9 and hyphen, no hyphen at an end.");
        }

        if (claim.Proto.UsesPort())
        {
            return claim.Ports is not { } range
                ? Failure.Of(TunnelErrors.ProtocolNotOffered, $"No number is in both of this edge's ranges, {claim.TcpPorts} for TCP and {claim.UdpPorts} for UDP.")
                : claim.Port is { } port && !range.Contains(port) ? PortClaim.OutOfRange(port, range) : null;
        }

        if (claim.Proto == TunnelProto.Tls && claim.Path is { Length: > 0 })
        {
            return Failure.Of(TunnelErrors.NameInvalid, "A tls tunnel has no path: the edge sees nothing of what passes through it.");
        }

        return claim.Subdomain is { } subdomain ? Subdomain.Refuse(subdomain, claim.Forbidden) : null;
    }
}
