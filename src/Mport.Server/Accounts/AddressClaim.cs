using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Accounts.Teams;
using Mport.Server.Data;

namespace Mport.Server.Accounts;

/// <summary>
/// One attempt of <see cref="TunnelStore.ClaimAsync"/>: looks, decides, writes once. Whether somebody was faster is for the unique indexes to
/// say; the attempt then fails with a unique violation, and the store begins anew.
/// </summary>
internal sealed class AddressClaim(EdgeDbContext context, TunnelClaim claim, TimeProvider time)
{
    private readonly HostClaim _hosts = new(context, claim);
    private readonly PortClaim _ports = new(context, claim, time);

    /// <summary>The tunnels that give up their address to this one, if any.</summary>
    private readonly List<AddressHolder> _givers = [];

    /// <summary>Looks, decides and writes.</summary>
    public async Task<TunnelClaimResult> RunAsync(CancellationToken cancellationToken)
    {
        var row = await claim.OwnIn(context.Tunnels).FirstOrDefaultAsync(t => t.Name == claim.Name, cancellationToken);
        if (await TeamClaim.RefuseAsync(context, claim, row, cancellationToken) is { } stranger)
        {
            return Refused(stranger);
        }

        if (claim.Edit is { } edit && edit.Revision != row?.Revision)
        {
            return Refused(row is null || edit.Revision is not null
                ? Failure.Of(ApiErrors.PreconditionFailed)
                : Failure.Of(TunnelErrors.NameTaken, $"{(claim.TeamId is null ? "Your account" : "The team")} has a tunnel named {claim.Name} already."));
        }

        if (row?.StoppedAt is not null && claim.Edit is null)
        {
            return Refused(Failure.Of(TunnelErrors.TunnelClosedByEdge, $"The tunnel {claim.Name} is stopped; POST /api/v1/tunnels/{row.Id}/start starts it.", retry: true));
        }

        var had = row is null ? TunnelHosts.None : await HostClaim.ReadAsync(context, row.Id, cancellationToken);
        var before = row is null ? null : RecordOf(row, had);
        if (row is null)
        {
            if (await context.Tunnels.CountAsync(t => t.UserId == claim.UserId, cancellationToken) >= TunnelStore.MaxPerAccount)
            {
                return Refused(Failure.Of(TunnelErrors.TooManyTunnels, $"The account has {TunnelStore.MaxPerAccount} tunnels, the most that it may have."));
            }

            if (claim.Allowance.Tunnels is > 0 and var most && await context.Tunnels.CountAsync(t => t.UserId == claim.UserId, cancellationToken) >= most)
            {
                return Refused(Failure.Of(TunnelErrors.QuotaFull, $"The account has {most} tunnels, as many as its quota allows; {claim.Name} would be another one."));
            }

            var now = time.GetUtcNow();
            row = new TunnelRow { Id = TunnelId.Create(time), UserId = claim.UserId, TeamId = claim.TeamId, Name = claim.Name, Proto = claim.Proto, CreatedAt = now, LastSeenAt = now };
            context.Tunnels.Add(row);
        }

        var (tcpBefore, udpBefore, nameBefore) = (row.TcpPort, row.UdpPort, row.Subdomain);
        if (row.Proto != claim.Proto)
        {
            // The name now stands for another kind of tunnel; the address of the old kind is of no use to it.
            row.Proto = claim.Proto;
            row.Subdomain = null;
            row.Path = TunnelPath.All;
            row.SetPort(null);
            row.PortChosenByUser = false;
        }

        if ((await RefuseForQuotaAsync(row, cancellationToken) ?? await RefuseForTeamAsync(row, isNew: before is null, cancellationToken)) is { } full)
        {
            return Refused(full);
        }

        var hosts = claim.Proto.UsesPort() ? TunnelHosts.None : claim.Hosts ?? had;
        var failure = claim.Proto.UsesPort() ? await _ports.SetAsync(row, _givers, cancellationToken) : await SetSubdomainAsync(row, hosts, cancellationToken);
        failure ??= hosts.Names.Count == 0 && had.Names.Count == 0 ? null : await _hosts.SetAsync(row, hosts, cancellationToken);
        if (failure is not null)
        {
            return Refused(failure);
        }

        await NoteAsync(nameBefore, row.Subdomain, tcpBefore, row.TcpPort, udpBefore, row.UdpPort, cancellationToken);
        await RequireUnreservedAsync(
            row.Subdomain == nameBefore ? null : row.Subdomain, row.TcpPort == tcpBefore ? null : row.TcpPort, row.UdpPort == udpBefore ? null : row.UdpPort, cancellationToken);
        if (claim.Edit is { } changes)
        {
            row.Labels = changes.Labels;
            row.TargetHint = changes.TargetHint;
            row.TeamId = changes.MoveTo ?? row.TeamId;
            row.Revision += changes.Revision is null ? 0 : 1;
        }

        row.LastSeenAt = time.GetUtcNow();
        await SaveAsync(row, cancellationToken);
        return new TunnelClaimResult.Claimed(RecordOf(row, hosts), before);
    }

    private static TunnelRecord RecordOf(TunnelRow row, TunnelHosts hosts) =>
        new(row.Id, row.Name, row.Proto, row.Subdomain, row.Port) { TeamId = row.TeamId, Hosts = hosts, Path = row.Path };

    private static TunnelClaimResult.Refused Refused(Failure failure) => new(failure);

    private async Task<Failure?> RefuseForQuotaAsync(TunnelRow row, CancellationToken cancellationToken)
    {
        var use = AddressUse.OfAccount(context, claim.UserId, row.Id);
        return claim.Proto.UsesPort()
            ? await use.RefusePortAsync(claim.Allowance.Ports, claim.Proto, row.Port, claim.Port, cancellationToken)
            : await use.RefuseNameAsync(claim.Allowance.Names, row.Subdomain, claim.Subdomain, cancellationToken);
    }

    // What the team has not got yet is new to it, whoever had it.
    private async Task<Failure?> RefuseForTeamAsync(TunnelRow row, bool isNew, CancellationToken cancellationToken)
    {
        if ((claim.Edit?.MoveTo ?? claim.TeamId) is not { } team)
        {
            return null;
        }

        var allowance = claim.AllowanceOfTeam(team);
        var joins = isNew || row.TeamId != team;
        if (joins && allowance.Tunnels is > 0 and var most && await context.Tunnels.CountAsync(t => t.TeamId == team, cancellationToken) >= most)
        {
            return Failure.Of(TunnelErrors.QuotaFull, $"The team has {most} tunnels, as many as its quota allows; {claim.Name} would be another one.");
        }

        var use = AddressUse.OfTeam(context, team, row.Id);
        return claim.Proto.UsesPort()
            ? await use.RefusePortAsync(allowance.Ports, claim.Proto, joins ? null : row.Port, claim.Port ?? (joins ? row.Port : null), cancellationToken)
            : await use.RefuseNameAsync(allowance.Names, joins ? null : row.Subdomain, claim.Subdomain ?? (joins ? row.Subdomain : null), cancellationToken);
    }

    // What the tunnel gives up rests from now on; what it takes is its account's from now on, for a reservation that is made at this moment too.
    private async Task NoteAsync(string? nameBefore, string? name, int? tcpBefore, int? tcp, int? udpBefore, int? udp, CancellationToken cancellationToken)
    {
        if (nameBefore != name)
        {
            await ReleasedNames.NoteAsync(context, claim.UserId, nameBefore, time, cancellationToken);
            await ReleasedNames.NoteAsync(context, claim.UserId, name, time, cancellationToken);
        }

        var (tcpChanges, udpChanges) = (tcpBefore != tcp, udpBefore != udp);
        await ReleasedPorts.NoteAsync(context, claim.UserId, tcpChanges ? tcpBefore : null, udpChanges ? udpBefore : null, time, cancellationToken);
        await ReleasedPorts.NoteAsync(context, claim.UserId, tcpChanges ? tcp : null, udpChanges ? udp : null, time, cancellationToken);
    }

    private async Task<Failure?> SetSubdomainAsync(TunnelRow row, TunnelHosts hosts, CancellationToken cancellationToken)
    {
        var before = row.Path;
        row.Path = claim.Path ?? row.Path;
        if ((claim.Subdomain ?? row.Subdomain) is not { } wanted)
        {
            // One with custom domains needs no name of the edge's.
            row.Subdomain = hosts.Names.Count == 0 ? await ChooseSubdomainAsync(cancellationToken) : null;
            return null;
        }

        if (row.Subdomain == wanted && row.Path == before)
        {
            return null;
        }

        // Tunnels of one owner may share a name, each with a path of its own.
        var (id, path) = (row.Id, row.Path);
        var others = context.Tunnels.Where(t => t.Subdomain == wanted && t.Id != id);
        var holder = await AddressHolder.Of(others.Where(t => t.Path == path)).FirstOrDefaultAsync(cancellationToken)
            ?? await AddressHolder.Of(others).FirstOrDefaultAsync(cancellationToken);
        if (holder is not null && holder.Owner != claim.Owner)
        {
            return Failure.Of(TunnelErrors.NameTaken, $"The subdomain {wanted} belongs to another account.");
        }

        if (await context.Reservations.AnyAsync(r => r.Subdomain == wanted && r.UserId != claim.UserId, cancellationToken))
        {
            return Failure.Of(TunnelErrors.NameTaken, $"The subdomain {wanted} is reserved for another account.");
        }

        var isSame = holder?.Path == path;
        if (holder is not null && isSame && claim.IsOpen(holder.Id))
        {
            return Failure.Of(TunnelErrors.NameTaken, $"Your tunnel {holder.Name} serves the subdomain {wanted}{path} now; stop it first, open this one under its name, or give this one a --path.");
        }

        if (holder is null && row.Subdomain != wanted && await ReleasedNames.FindRestAsync(context, claim.UserId, wanted, time, cancellationToken) is { } end)
        {
            return ReleasedNames.Refuse(wanted, end);
        }

        if (holder is not null && isSame)
        {
            _givers.Add(holder);
        }

        row.Subdomain = wanted;
        return null;
    }

    // Looks once more, behind the read of the address's own row: a reservation that is made from here on changes that row, and then the write fails.
    // What the tunnel has already it keeps: a team's may have what one of the members has reserved.
    private async Task RequireUnreservedAsync(string? name, int? tcp, int? udp, CancellationToken cancellationToken)
    {
        if (await context.Reservations.AnyAsync(
            r => r.UserId != claim.UserId && ((name != null && r.Subdomain == name) || (tcp != null && r.TcpPort == tcp) || (udp != null && r.UdpPort == udp)), cancellationToken))
        {
            throw new DbUpdateConcurrencyException("Somebody has reserved the address since we looked.");
        }
    }

    // Nearly always the first: there are more names than anybody takes. One that a tunnel has is for the unique index to find.
    private async Task<string> ChooseSubdomainAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var name = ReadableNames.Create();
            if (!await context.Reservations.AnyAsync(r => r.Subdomain == name, cancellationToken)
                && await ReleasedNames.FindRestAsync(context, claim.UserId, name, time, cancellationToken) is null)
            {
                return name;
            }
        }
    }

    private async Task SaveAsync(TunnelRow row, CancellationToken cancellationToken)
    {
        if (_givers.Count == 0)
        {
            await context.SaveChangesAsync(cancellationToken);
            return;
        }

        // All or none: an address belongs to one tunnel at each moment. A giver that was opened since we looked keeps its address, and the
        // last write then meets the unique index.
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        foreach (var giver in _givers)
        {
            await context.Tunnels.Where(t => t.Id == giver.Id && t.LastSeenAt == giver.LastSeenAt)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(t => t.Subdomain, (string?)null)
                        .SetProperty(t => t.TcpPort, (int?)null)
                        .SetProperty(t => t.UdpPort, (int?)null)
                        .SetProperty(t => t.PortChosenByUser, false),
                    cancellationToken);
            await ReleasedPorts.NoteAsync(
                context, giver.UserId, giver.TcpPort == row.TcpPort ? null : giver.TcpPort, giver.UdpPort == row.UdpPort ? null : giver.UdpPort, time, cancellationToken);
        }

        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
