using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Data;
using Mport.Server.Domains;

namespace Mport.Server.Accounts;

/// <summary>The part of a claim that is about custom domains: which of them lead to the tunnel.</summary>
internal sealed class HostClaim(EdgeDbContext context, TunnelClaim claim)
{
    /// <summary>The custom domains that the tunnel has.</summary>
    public static async Task<TunnelHosts> ReadAsync(EdgeDbContext context, TunnelId tunnel, CancellationToken cancellationToken) =>
        TunnelHosts.Of(await context.TunnelHosts.Where(h => h.TunnelId == tunnel).Select(h => h.Host).ToListAsync(cancellationToken));

    /// <summary>Makes these domains lead to the row's tunnel, and no others; or says why not.</summary>
    /// <param name="row">The tunnel, with the path that it is to have.</param>
    /// <param name="wanted">The domains.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Failure?> SetAsync(TunnelRow row, TunnelHosts wanted, CancellationToken cancellationToken)
    {
        var id = row.Id;
        var had = await context.TunnelHosts.Where(h => h.TunnelId == id).ToListAsync(cancellationToken);
        foreach (var old in had.Where(old => old.Path != row.Path || !wanted.Names.Contains(old.Host)))
        {
            context.TunnelHosts.Remove(old);
        }

        foreach (var host in wanted.Names.Where(host => !had.Exists(old => old.Path == row.Path && old.Host == host)))
        {
            if (await AddAsync(row, host, had.Find(old => old.Host == host)?.DomainId, cancellationToken) is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    private async Task<Failure?> AddAsync(TunnelRow row, string host, DomainId? known, CancellationToken cancellationToken)
    {
        // What a team's tunnel has already it keeps, whoever of the team changes it.
        if ((known ?? await FindProofAsync(host, cancellationToken)) is not { } domain)
        {
            return Failure.Of(DomainErrors.DomainNotProven, $"{host} is not proven to be yours.", retry: true);
        }

        var others = await context.TunnelHosts.Where(h => h.Host == host && h.TunnelId != row.Id)
            .Select(h => new { Row = h, Holder = new { h.Tunnel!.Id, h.Tunnel.UserId, h.Tunnel.TeamId, h.Tunnel.Name } }).ToListAsync(cancellationToken);
        if (others.Exists(other => TunnelOwner.Of(other.Holder.UserId, other.Holder.TeamId) != claim.Owner))
        {
            return Failure.Of(DomainErrors.DomainTaken, $"{host} leads to a tunnel of another account or team.");
        }

        if (others.Find(other => other.Row.Path == row.Path) is { } same)
        {
            if (claim.IsOpen(same.Holder.Id))
            {
                return Failure.Of(TunnelErrors.NameTaken, $"Your tunnel {same.Holder.Name} serves {host}{row.Path} now; stop it first, open this one under its name, or give this one a --path.");
            }

            same.Row.TunnelId = row.Id;
            same.Row.DomainId = domain;
            return null;
        }

        context.TunnelHosts.Add(new TunnelHostRow { Host = host, Path = row.Path, TunnelId = row.Id, DomainId = domain });
        return null;
    }

    private async Task<DomainId?> FindProofAsync(string host, CancellationToken cancellationToken)
    {
        var covering = CustomDomain.Covering(host);
        return await context.Domains.Where(d => d.UserId == claim.UserId && d.ProvenAt != null && EF.Parameter(covering).Contains(d.Name))
            .OrderByDescending(d => d.Name).Select(d => (DomainId?)d.Id).FirstOrDefaultAsync(cancellationToken);
    }
}
