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

    /// <summary>A port that its tunnel gave up goes to no other account for so long: its callers may not have heard of it yet (SEC-43).</summary>
    private static readonly TimeSpan _coolDown = TimeSpan.FromHours(24);

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

    /// <summary>Notes the ports that their owner's tunnel had and that <paramref name="now"/> does not have.</summary>
    public async Task NoteReleasedAsync(UserId owner, int? tcpBefore, int? udpBefore, TunnelRow now, CancellationToken cancellationToken)
    {
        if (tcpBefore is { } tcp && now.TcpPort != tcp)
        {
            await NoteAsync(context, PortTransport.Tcp, tcp, owner, time, cancellationToken);
        }

        if (udpBefore is { } udp && now.UdpPort != udp)
        {
            await NoteAsync(context, PortTransport.Udp, udp, owner, time, cancellationToken);
        }
    }

    /// <summary>Notes the ports of a tunnel that is deleted.</summary>
    public static async Task NoteReleasedAsync(EdgeDbContext context, UserId owner, int? tcp, int? udp, TimeProvider time, CancellationToken cancellationToken)
    {
        if (tcp is { } ofTcp)
        {
            await NoteAsync(context, PortTransport.Tcp, ofTcp, owner, time, cancellationToken);
        }

        if (udp is { } ofUdp)
        {
            await NoteAsync(context, PortTransport.Udp, ofUdp, owner, time, cancellationToken);
        }
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

        if (holders.Find(holder => claim.IsOpen(holder.Id)) is { } open)
        {
            return Failure.Of(TunnelErrors.PortTaken, $"Your tunnel {open.Name} serves port {wanted} now.");
        }

        // After the look for holders: who gives a port up writes both at once, so one of the two looks sees it.
        if (await CoolingIn(wanted, wanted).Select(r => (DateTimeOffset?)r.ReleasedAt).FirstOrDefaultAsync(cancellationToken) is { } released)
        {
            return Failure.Of(
                TunnelErrors.PortTaken, $"Port {wanted} was another account's until a short while ago; others may have it from {released + _coolDown:u} on.", retry: true);
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
        var cooling = await CoolingIn(_range.First, _range.Last).Select(r => r.Port).ToHashSetAsync(cancellationToken);

        // A random start: neighbours in time get ports apart, and nobody can tell from a port which one the next tunnel will get.
        var start = RandomNumberGenerator.GetInt32(_range.Count);
        for (var i = 0; i < _range.Count; i++)
        {
            var port = _range.First + ((start + i) % _range.Count);
            if (!byPort.Contains(port) && !cooling.Contains(port) && claim.IsPortUsable(port))
            {
                row.SetPort(port);
                return null;
            }
        }

        var before = time.GetUtcNow() - _abandonedAfter;
        var abandoned = byPort
            .Where(held => held.All(holder => !holder.PortChosenByUser && holder.LastSeenAt < before && holder.Id != row.Id))
            .OrderBy(held => held.Max(holder => holder.LastSeenAt));
        if (abandoned.FirstOrDefault(held => !held.Any(holder => claim.IsOpen(holder.Id)) && claim.IsPortUsable(held.Key)) is not { } found)
        {
            return Failure.Of(TunnelErrors.NoPortFree, $"All {_range.Count} ports of the edge's range {_range} belong to tunnels or are in use.", retry: true);
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

    // Those that another account gave up too short a while ago.
    private IQueryable<ReleasedPort> CoolingIn(int first, int last)
    {
        var since = time.GetUtcNow() - _coolDown;
        var cooling = context.ReleasedPorts.Where(r => r.Port >= first && r.Port <= last && r.UserId != claim.UserId && r.ReleasedAt > since);
        return (claim.Proto.UsesTcp(), claim.Proto.UsesUdp()) switch
        {
            (true, false) => cooling.Where(r => r.Transport == PortTransport.Tcp),
            (false, true) => cooling.Where(r => r.Transport == PortTransport.Udp),
            _ => cooling,
        };
    }

    private static async Task NoteAsync(EdgeDbContext context, PortTransport transport, int port, UserId owner, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await context.ReleasedPorts.FindAsync([transport, port], cancellationToken) is not { } released)
        {
            context.ReleasedPorts.Add(new ReleasedPort { Transport = transport, Port = port, UserId = owner, ReleasedAt = time.GetUtcNow() });
            return;
        }

        released.UserId = owner;
        released.ReleasedAt = time.GetUtcNow();
    }
}
