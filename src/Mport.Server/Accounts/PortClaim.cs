using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Data;

namespace Mport.Server.Accounts;

/// <summary>The part of a claim that is about ports: which number the tunnel gets, in one protocol or in both.</summary>
internal sealed class PortClaim(EdgeDbContext context, TunnelClaim claim, TimeProvider time)
{
    /// <summary>A port that the edge chose may go to somebody else when its tunnel was not seen for so long, and no port is free.</summary>
    private static readonly TimeSpan _abandonedAfter = TimeSpan.FromDays(30);

    private readonly PortRange _range = claim.Ports.GetValueOrDefault();

    /// <summary>The failure for a port that the edge does not give.</summary>
    public static Failure OutOfRange(int port, PortRange range) =>
        Failure.Of(TunnelErrors.PortOutOfRange, $"Port {port} is outside the edge's range {range}.");

    /// <summary>Settles the row's port, or says why not. Tunnels that must give theirs up for it are added to the givers.</summary>
    public async Task<Failure?> SetAsync(TunnelRow row, List<AddressHolder> givers, CancellationToken cancellationToken)
    {
        if (claim.Port is { } wanted && wanted != row.Port)
        {
            return await SetWantedAsync(row, wanted, givers, cancellationToken);
        }

        if (row.Port is { } kept)
        {
            row.PortChosenByUser |= claim.Port is not null;
            var inRange = _range.Contains(kept);
            if (inRange && (claim.IsOpen(row.Id) || claim.IsPortUsable(kept)))
            {
                return null;
            }

            if (row.PortChosenByUser)
            {
                return inRange ? UsedByOther(kept) : OutOfRange(kept, _range);
            }
        }

        return await SetFreeAsync(row, givers, cancellationToken);
    }

    private static Failure UsedByOther(int port) => Failure.Of(TunnelErrors.PortTaken, $"Another program on the edge uses port {port}.", retry: true);

    private async Task<Failure?> SetWantedAsync(TunnelRow row, int wanted, List<AddressHolder> givers, CancellationToken cancellationToken)
    {
        // One for each protocol of the kind, at most.
        var holders = await AddressHolder.Of(HoldersIn(wanted, wanted).Where(t => t.Id != row.Id)).ToListAsync(cancellationToken);
        if (holders.Exists(holder => holder.Owner != claim.Owner))
        {
            return Failure.Of(TunnelErrors.PortTaken, $"Port {wanted} belongs to a tunnel of another account.");
        }

        if (await ReservedIn(wanted, wanted).AnyAsync(r => r.UserId != claim.UserId, cancellationToken))
        {
            return Failure.Of(TunnelErrors.PortTaken, $"Port {wanted} is reserved for another account.");
        }

        if (holders.Find(holder => claim.IsOpen(holder.Id)) is { } open)
        {
            return Failure.Of(TunnelErrors.PortTaken, $"Your tunnel {open.Name} serves port {wanted} now.");
        }

        // After the look for holders: who gives a port up writes both at once, so one of the two looks sees it.
        if (await RestingIn(wanted, wanted).Select(r => (DateTimeOffset?)r.ReleasedAt).FirstOrDefaultAsync(cancellationToken) is { } released)
        {
            return ReleasedPorts.Refuse(wanted, released);
        }

        if (!claim.IsPortUsable(wanted))
        {
            return UsedByOther(wanted);
        }

        givers.AddRange(holders);
        row.SetPort(wanted);
        row.PortChosenByUser = true;
        return null;
    }

    private async Task<Failure?> SetFreeAsync(TunnelRow row, List<AddressHolder> givers, CancellationToken cancellationToken)
    {
        var holders = await AddressHolder.Of(HoldersIn(_range.First, _range.Last)).ToListAsync(cancellationToken);
        var byPort = holders.SelectMany(Ports, (holder, port) => (Port: port, Holder: holder)).ToLookup(pair => pair.Port, pair => pair.Holder);
        var kept = await RestingIn(_range.First, _range.Last).Select(r => r.Port).ToHashSetAsync(cancellationToken);
        foreach (var reserved in await ReservedIn(_range.First, _range.Last).Select(r => new { r.TcpPort, r.UdpPort }).ToListAsync(cancellationToken))
        {
            // Its account gets it too only when it asks for it.
            kept.UnionWith(new[] { claim.Proto.UsesTcp() ? reserved.TcpPort : null, claim.Proto.UsesUdp() ? reserved.UdpPort : null }.OfType<int>());
        }

        // A random start: neighbours in time get ports apart, and nobody can tell from a port which one the next tunnel will get.
        var start = RandomNumberGenerator.GetInt32(_range.Count);
        for (var i = 0; i < _range.Count; i++)
        {
            var port = _range.First + ((start + i) % _range.Count);
            if (!byPort.Contains(port) && !kept.Contains(port) && claim.IsPortUsable(port))
            {
                row.SetPort(port);
                return null;
            }
        }

        var before = time.GetUtcNow() - _abandonedAfter;
        var abandoned = byPort
            .Where(held => !kept.Contains(held.Key) && held.All(holder => !holder.PortChosenByUser && holder.LastSeenAt < before && holder.Id != row.Id))
            .OrderBy(held => held.Max(holder => holder.LastSeenAt));
        if (abandoned.FirstOrDefault(held => !held.Any(holder => claim.IsOpen(holder.Id)) && claim.IsPortUsable(held.Key)) is not { } found)
        {
            return Failure.Of(TunnelErrors.NoPortFree, $"All {_range.Count} ports of the edge's range {_range} belong to tunnels or are reserved or in use.", retry: true);
        }

        givers.AddRange(found);
        row.SetPort(found.Key);
        return null;
    }

    // The ports of a holder that stand in the claim's way.
    private IEnumerable<int> Ports(AddressHolder holder)
    {
        int?[] ports = [claim.Proto.UsesTcp() ? holder.TcpPort : null, claim.Proto.UsesUdp() ? holder.UdpPort : null];
        return ports.OfType<int>().Where(_range.Contains).Distinct();
    }

    private IQueryable<TunnelRow> HoldersIn(int first, int last) => (claim.Proto.UsesTcp(), claim.Proto.UsesUdp()) switch
    {
        (true, false) => context.Tunnels.Where(t => t.TcpPort >= first && t.TcpPort <= last),
        (false, true) => context.Tunnels.Where(t => t.UdpPort >= first && t.UdpPort <= last),
        _ => context.Tunnels.Where(t => (t.TcpPort >= first && t.TcpPort <= last) || (t.UdpPort >= first && t.UdpPort <= last)),
    };

    // Those that somebody keeps for a tunnel to come.
    private IQueryable<ReservationRow> ReservedIn(int first, int last) => (claim.Proto.UsesTcp(), claim.Proto.UsesUdp()) switch
    {
        (true, false) => context.Reservations.Where(r => r.TcpPort >= first && r.TcpPort <= last),
        (false, true) => context.Reservations.Where(r => r.UdpPort >= first && r.UdpPort <= last),
        _ => context.Reservations.Where(r => (r.TcpPort >= first && r.TcpPort <= last) || (r.UdpPort >= first && r.UdpPort <= last)),
    };

    private IQueryable<ReleasedPort> RestingIn(int first, int last) =>
        ReleasedPorts.RestingIn(context, claim.UserId, claim.Proto, first, last, time);
}
