using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Api;
using Mport.Server.Data;

namespace Mport.Server.Domains;

/// <summary>All queries about custom domains.</summary>
internal sealed class DomainStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    /// <summary>Domains of one account at most, those that are not proven included.</summary>
    public const int MaxPerAccount = 200;

    /// <summary>A page of the account's domains; the search looks at their names.</summary>
    public async Task<IReadOnlyList<Domain>> ListAsync(UserId owner, ListQuery query, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = context.Domains.Where(d => d.UserId == owner);
        if (query.Search is { } search)
        {
            var pattern = KeysetPaging.Containing(search);
            rows = rows.Where(d => EF.Functions.Like(d.Name, pattern, "\\"));
        }

        return await rows.Page(query, d => d.Id, text => new DomainId(text), query.Sort == "name" ? d => d.Name : null).Select(ToDomain(context)).ToListAsync(cancellationToken);
    }

    /// <summary>The account's domain of this id, or null.</summary>
    public async Task<Domain?> FindAsync(UserId owner, DomainId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Domains.Where(d => d.UserId == owner && d.Id == id).Select(ToDomain(context)).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The account's domain of this name, or null.</summary>
    public async Task<Domain?> FindAsync(UserId owner, string name, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Domains.Where(d => d.UserId == owner && d.Name == name).Select(ToDomain(context)).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Whether the account has proven that a host is its own, by its name or by a wildcard's.</summary>
    public async Task<bool> IsProvenAsync(UserId owner, string host, CancellationToken cancellationToken)
    {
        var covering = CustomDomain.Covering(host);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Domains.AnyAsync(d => d.UserId == owner && d.ProvenAt != null && EF.Parameter(covering).Contains(d.Name), cancellationToken);
    }

    /// <summary>The proven domains of all accounts.</summary>
    public async Task<IReadOnlyList<Domain>> ListProvenAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Domains.Where(d => d.ProvenAt != null).OrderBy(d => d.Id).Select(ToDomain(context)).ToListAsync(cancellationToken);
    }

    /// <summary>Proven domains whose proof was not looked for since, the longest ago first.</summary>
    public async Task<IReadOnlyList<Domain>> ListDueAsync(DateTimeOffset since, int most, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Domains.Where(d => d.ProvenAt != null && d.CheckedAt < since).OrderBy(d => d.CheckedAt).Take(most).Select(ToDomain(context)).ToListAsync(cancellationToken);
    }

    /// <summary>Adds a domain, or finds that the account has it; or says why it cannot be had.</summary>
    public Task<(Domain? Domain, bool IsNew, Failure? Failure)> AddAsync(UserId owner, string name, CancellationToken cancellationToken) =>
        contexts.DecideAsync(context => AddAsync(context, owner, name, cancellationToken), cancellationToken);

    /// <summary>The proof is there: from now on the domain is the account's alone. False when another account was faster, or the domain is gone.</summary>
    public async Task<bool> SetProvenAsync(Domain domain, CancellationToken cancellationToken)
    {
        var (id, name, now) = (domain.Id, domain.Name, time.GetUtcNow());
        return await contexts.DecideAsync(
            async context =>
            {
                if (await context.Domains.FirstOrDefaultAsync(d => d.Id == id, cancellationToken) is not { } row
                    || await context.Domains.AnyAsync(d => d.Name == name && d.ProvenAt != null && d.Id != id, cancellationToken))
                {
                    return false;
                }

                row.ProvenAt ??= now;
                row.CheckedAt = now;
                row.MissingSince = null;
                await context.SaveChangesAsync(cancellationToken);
                return true;
            },
            cancellationToken);
    }

    /// <summary>The proof of a proven domain was looked for and not found; gives since when it is missing.</summary>
    public async Task<DateTimeOffset> SetMissingAsync(Domain domain, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var (id, now) = (domain.Id, time.GetUtcNow());
        var since = domain.MissingSince ?? now;
        DateTimeOffset? missing = since;
        await context.Domains.Where(d => d.Id == id).ExecuteUpdateAsync(set => set.SetProperty(d => d.CheckedAt, now).SetProperty(d => d.MissingSince, missing), cancellationToken);
        return since;
    }

    /// <summary>The DNS could not be asked: the next look comes in its turn.</summary>
    public async Task SetCheckedAsync(Domain domain, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var (id, now) = (domain.Id, time.GetUtcNow());
        await context.Domains.Where(d => d.Id == id).ExecuteUpdateAsync(set => set.SetProperty(d => d.CheckedAt, now), cancellationToken);
    }

    /// <summary>The domain is not proven any more; gives the tunnels that it led to.</summary>
    public async Task<IReadOnlyList<HostedTunnel>> SetUnprovenAsync(Domain domain, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var id = domain.Id;
        var tunnels = await ReadTunnelsAsync(context, id, cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.TunnelHosts.Where(h => h.DomainId == id).ExecuteDeleteAsync(cancellationToken);
        await context.Domains.Where(d => d.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.ProvenAt, (DateTimeOffset?)null).SetProperty(d => d.MissingSince, (DateTimeOffset?)null), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return tunnels;
    }

    /// <summary>Removes a domain; gives the tunnels that it led to. Null when the account has none of this id.</summary>
    public async Task<IReadOnlyList<HostedTunnel>?> RemoveAsync(UserId owner, DomainId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var tunnels = await ReadTunnelsAsync(context, id, cancellationToken);
        return await context.Domains.Where(d => d.UserId == owner && d.Id == id).ExecuteDeleteAsync(cancellationToken) > 0 ? tunnels : null;
    }

    /// <summary>The account's proven domains, with the tunnels that they lead to.</summary>
    public async Task<IReadOnlyList<(string Name, IReadOnlyList<HostedTunnel> Tunnels)>> ListTunnelsAsync(UserId owner, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var domains = await context.Domains.Where(d => d.UserId == owner && d.ProvenAt != null).Select(d => new { d.Id, d.Name }).ToListAsync(cancellationToken);
        var covered = new List<(string, IReadOnlyList<HostedTunnel>)>();
        foreach (var domain in domains)
        {
            covered.Add((domain.Name, await ReadTunnelsAsync(context, domain.Id, cancellationToken)));
        }

        return covered;
    }

    private static async Task<IReadOnlyList<HostedTunnel>> ReadTunnelsAsync(EdgeDbContext context, DomainId id, CancellationToken cancellationToken)
    {
        var rows = await context.TunnelHosts.Where(h => h.DomainId == id)
            .Select(h => new { h.Host, h.Path, h.Tunnel!.Id, h.Tunnel.Name, h.Tunnel.Proto, h.Tunnel.UserId, h.Tunnel.TeamId }).ToListAsync(cancellationToken);
        return
        [
            .. rows.GroupBy(row => row.Id).Select(rows => new HostedTunnel(
                TunnelOwner.Of(rows.First().UserId, rows.First().TeamId),
                new TunnelRecord(rows.Key, rows.First().Name, rows.First().Proto, Subdomain: null, Port: null) { TeamId = rows.First().TeamId, Path = rows.First().Path, Hosts = TunnelHosts.Of(rows.Select(row => row.Host)) })),
        ];
    }

    private static Expression<Func<DomainRow, Domain>> ToDomain(EdgeDbContext context) => d => new Domain
    {
        Id = d.Id,
        UserId = d.UserId,
        Name = d.Name,
        CreatedAt = d.CreatedAt,
        ProvenAt = d.ProvenAt,
        CheckedAt = d.CheckedAt,
        MissingSince = d.MissingSince,
        Token = context.DomainTokens.Where(t => t.UserId == d.UserId).Select(t => t.Token).FirstOrDefault() ?? "",
    };

    private async Task<(Domain?, bool, Failure?)> AddAsync(EdgeDbContext context, UserId owner, string name, CancellationToken cancellationToken)
    {
        if (await context.Domains.Where(d => d.UserId == owner && d.Name == name).Select(ToDomain(context)).FirstOrDefaultAsync(cancellationToken) is { } known)
        {
            return (known, false, null);
        }

        if (await context.Domains.AnyAsync(d => d.Name == name && d.ProvenAt != null, cancellationToken))
        {
            return (null, false, Failure.Of(DomainErrors.DomainTaken, $"Another account has proven that {name} is its own."));
        }

        if (await context.Domains.CountAsync(d => d.UserId == owner, cancellationToken) >= MaxPerAccount)
        {
            return (null, false, Failure.Of(DomainErrors.TooManyDomains, $"The account has {MaxPerAccount} domains."));
        }

        var token = await context.DomainTokens.Where(t => t.UserId == owner).Select(t => t.Token).FirstOrDefaultAsync(cancellationToken);
        if (token is null)
        {
            token = DomainProof.CreateToken();
            context.DomainTokens.Add(new DomainTokenRow { UserId = owner, Token = token });
        }

        var row = new DomainRow { Id = DomainId.Create(time), UserId = owner, Name = name, CreatedAt = time.GetUtcNow() };
        context.Domains.Add(row);
        await context.SaveChangesAsync(cancellationToken);
        return (new Domain { Id = row.Id, UserId = owner, Name = name, CreatedAt = row.CreatedAt, Token = token }, true, null);
    }
}

/// <summary>A tunnel that a domain leads to.</summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="Tunnel">The tunnel with those of its hosts alone that the domain covers.</param>
internal sealed record HostedTunnel(TunnelOwner Owner, TunnelRecord Tunnel);
