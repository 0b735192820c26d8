using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Data;

namespace Mport.Server.Accounts.Reservations;

/// <summary>One attempt to reserve an address: looks, decides, writes once. Somebody who was faster makes the write fail, and the store begins anew.</summary>
internal sealed class ReservationClaim(EdgeDbContext context, ReservationWish wish, TimeProvider time)
{
    private readonly ReservedAddress _address = wish.Address;

    /// <summary>Looks, decides and writes.</summary>
    public async Task<ReservationResult> RunAsync(CancellationToken cancellationToken)
    {
        // Before the looks: whoever takes the address after this read changes what was read, and then the write fails. A refusal writes nothing.
        await ReleasedNames.NoteAsync(context, wish.UserId, _address.Subdomain, time, cancellationToken);
        await ReleasedPorts.NoteAsync(context, wish.UserId, _address.TcpPort, _address.UdpPort, time, cancellationToken);
        var failure = RefuseForm()
            ?? await RefuseForOthersAsync(cancellationToken)
            ?? await RefuseForRestAsync(cancellationToken)
            ?? await RefuseForCountAsync(cancellationToken);
        if (failure is not null)
        {
            return new ReservationResult(Made: null, failure);
        }

        var row = new ReservationRow
        {
            Id = ReservationId.Create(time),
            UserId = wish.UserId,
            Subdomain = _address.Subdomain,
            TcpPort = _address.TcpPort,
            UdpPort = _address.UdpPort,
            CreatedAt = time.GetUtcNow(),
        };
        context.Reservations.Add(row);
        await context.SaveChangesAsync(cancellationToken);
        return new ReservationResult(new Reservation { Id = row.Id, UserId = row.UserId, Address = _address, CreatedAt = row.CreatedAt }, Failure: null);
    }

    private Failure? RefuseForm()
    {
        if (_address.Subdomain is { } subdomain)
        {
            return Subdomain.Refuse(subdomain, wish.Forbidden);
        }

        if (_address.Port is not { } port)
        {
            return Failure.Of(TunnelErrors.NameInvalid, "A reservation is of a subdomain or of a port.");
        }

        return _address.Proto.UsesTcp() && !wish.TcpPorts.Contains(port) ? PortClaim.OutOfRange(port, wish.TcpPorts)
            : _address.Proto.UsesUdp() && !wish.UdpPorts.Contains(port) ? PortClaim.OutOfRange(port, wish.UdpPorts)
            : null;
    }

    // The tunnels before the rest: who gives an address up writes both at once, so one of the two looks sees it.
    private async Task<Failure?> RefuseForOthersAsync(CancellationToken cancellationToken)
    {
        var (name, tcp, udp) = (_address.Subdomain, _address.TcpPort, _address.UdpPort);
        if (await context.Reservations.Where(r => (name != null && r.Subdomain == name) || (tcp != null && r.TcpPort == tcp) || (udp != null && r.UdpPort == udp))
            .Select(r => new { r.UserId, r.Id }).FirstOrDefaultAsync(cancellationToken) is { } reserved)
        {
            return Taken(reserved.UserId == wish.UserId ? $"is reserved for your account already, by {reserved.Id}" : "is reserved for another account");
        }

        return await context.Tunnels.AnyAsync(
            t => (t.UserId != wish.UserId || t.TeamId != null) && ((name != null && t.Subdomain == name) || (tcp != null && t.TcpPort == tcp) || (udp != null && t.UdpPort == udp)), cancellationToken)
            ? Taken("belongs to a tunnel of another account or of a team")
            : null;
    }

    private async Task<Failure?> RefuseForRestAsync(CancellationToken cancellationToken)
    {
        if (_address.Subdomain is { } name)
        {
            return await ReleasedNames.FindRestAsync(context, wish.UserId, name, time, cancellationToken) is { } end ? ReleasedNames.Refuse(name, end) : null;
        }

        var port = _address.Port ?? 0;
        return await ReleasedPorts.RestingIn(context, wish.UserId, _address.Proto, port, port, time).Select(r => (DateTimeOffset?)r.ReleasedAt)
            .FirstOrDefaultAsync(cancellationToken) is { } released ? ReleasedPorts.Refuse(port, released) : null;
    }

    private async Task<Failure?> RefuseForCountAsync(CancellationToken cancellationToken)
    {
        if (await context.Reservations.CountAsync(r => r.UserId == wish.UserId, cancellationToken) >= ReservationStore.MaxPerAccount)
        {
            return Failure.Of(ApiErrors.TooManyObjects, $"The account has {ReservationStore.MaxPerAccount} reservations, the most that it may have.");
        }

        var use = AddressUse.OfAccount(context, wish.UserId, changing: null);
        return _address.Subdomain is { } name
            ? await use.RefuseNameAsync(wish.Allowance.Names, had: null, name, cancellationToken)
            : await use.RefusePortAsync(wish.Allowance.Ports, _address.Proto, had: null, _address.Port, cancellationToken);
    }

    private Failure Taken(string how) => _address.Subdomain is { } name
        ? Failure.Of(TunnelErrors.NameTaken, $"The subdomain {name} {how}.")
        : Failure.Of(TunnelErrors.PortTaken, $"Port {_address.Port} {how}.");
}
