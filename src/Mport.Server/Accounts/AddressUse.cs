using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Accounts.Teams;
using Mport.Server.Data;

namespace Mport.Server.Accounts;

/// <summary>How many names and ports an account or a team has, in tunnels and in reservations; what both of them have counts once.</summary>
internal sealed class AddressUse
{
    private readonly string _who;

    private AddressUse(string who, IQueryable<TunnelRow> tunnels, IQueryable<ReservationRow> reservations)
    {
        _who = who;
        Tunnels = tunnels;
        Reservations = reservations;
    }

    private IQueryable<TunnelRow> Tunnels { get; }

    private IQueryable<ReservationRow> Reservations { get; }

    /// <summary>Those of an account, the tunnels that it has made for teams included.</summary>
    /// <param name="context">Where to look.</param>
    /// <param name="owner">The account.</param>
    /// <param name="changing">The tunnel that is being changed, which is left out; null for none.</param>
    public static AddressUse OfAccount(EdgeDbContext context, UserId owner, TunnelId? changing) => new(
        "The account", Without(changing, context.Tunnels.Where(t => t.UserId == owner)), context.Reservations.Where(r => r.UserId == owner));

    /// <summary>Those of a team. Reservations are persons'.</summary>
    /// <param name="context">Where to look.</param>
    /// <param name="team">The team.</param>
    /// <param name="changing">The tunnel that is being changed, which is left out; null for none.</param>
    public static AddressUse OfTeam(EdgeDbContext context, TeamId team, TunnelId? changing) => new(
        "The team", Without(changing, context.Tunnels.Where(t => t.TeamId == team)), context.Reservations.Where(r => false));

    private static IQueryable<TunnelRow> Without(TunnelId? changing, IQueryable<TunnelRow> tunnels) => changing is { } id ? tunnels.Where(t => t.Id != id) : tunnels;

    /// <summary>The failure where another name would be one too many; else null.</summary>
    /// <param name="allowed">How many there may be; null or 0 for any number.</param>
    /// <param name="had">The name that is given up for it; null for none.</param>
    /// <param name="wants">The name; null for a new one of the edge's choice.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Failure?> RefuseNameAsync(long? allowed, string? had, string? wants, CancellationToken cancellationToken)
    {
        if (allowed is not > 0 || (had is not null && (wants is null || wants == had)))
        {
            return null;
        }

        var tunnels = Tunnels;
        var others = await tunnels.CountAsync(t => t.Subdomain != null, cancellationToken)
            + await Reservations.CountAsync(r => r.Subdomain != null && !tunnels.Any(t => t.Subdomain == r.Subdomain), cancellationToken);
        var before = others + (had is not null && !await HasAsync(had, cancellationToken) ? 1 : 0);
        var after = others + (wants is null || !await HasAsync(wants, cancellationToken) ? 1 : 0);
        return after > allowed && after > before ? Failure.Of(TunnelErrors.QuotaFull, $"{_who} has {before} subdomains, as many as its quota allows, reservations included.") : null;
    }

    /// <summary>The failure where another port, or pair of ports of one number, would be one too many; else null.</summary>
    /// <param name="allowed">How many there may be; null or 0 for any number.</param>
    /// <param name="proto">The kind.</param>
    /// <param name="had">The port that is given up for it; null for none.</param>
    /// <param name="wants">The port; null for a new one of the edge's choice.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Failure?> RefusePortAsync(long? allowed, TunnelProto proto, int? had, int? wants, CancellationToken cancellationToken)
    {
        if (allowed is not > 0 || (had is not null && (wants is null || wants == had)))
        {
            return null;
        }

        var tunnels = Tunnels;
        var others = await tunnels.CountAsync(t => t.TcpPort != null || t.UdpPort != null, cancellationToken)
            + await Reservations.CountAsync(r => r.Subdomain == null && !tunnels.Any(t => (r.TcpPort != null && t.TcpPort == r.TcpPort) || (r.UdpPort != null && t.UdpPort == r.UdpPort)), cancellationToken);
        var before = others + (had is not null && !await HasAsync(proto, had.Value, cancellationToken) ? 1 : 0);
        var after = others + (wants is null || !await HasAsync(proto, wants.Value, cancellationToken) ? 1 : 0);
        return after > allowed && after > before ? Failure.Of(TunnelErrors.QuotaFull, $"{_who} has {before} public ports, as many as its quota allows, reservations included.") : null;
    }

    private async Task<bool> HasAsync(string name, CancellationToken cancellationToken) =>
        await Tunnels.AnyAsync(t => t.Subdomain == name, cancellationToken) || await Reservations.AnyAsync(r => r.Subdomain == name, cancellationToken);

    private async Task<bool> HasAsync(TunnelProto proto, int port, CancellationToken cancellationToken)
    {
        var (tcp, udp) = (proto.UsesTcp(), proto.UsesUdp());
        return await Tunnels.AnyAsync(t => (tcp && t.TcpPort == port) || (udp && t.UdpPort == port), cancellationToken)
            || await Reservations.AnyAsync(r => (tcp && r.TcpPort == port) || (udp && r.UdpPort == port), cancellationToken);
    }
}
