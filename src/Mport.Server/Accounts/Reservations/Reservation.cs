using System.Globalization;
using Mport.Protocol.Errors;

namespace Mport.Server.Accounts.Reservations;

/// <summary>What an account keeps: a subdomain, or the ports of one number.</summary>
/// <param name="Proto"><see cref="TunnelProto.Http"/> for a subdomain; else for which ports.</param>
/// <param name="Subdomain">The subdomain; null for ports.</param>
/// <param name="Port">The number; null for a subdomain.</param>
internal sealed record ReservedAddress(TunnelProto Proto, string? Subdomain, int? Port)
{
    /// <summary>The TCP port.</summary>
    public int? TcpPort => Proto.UsesTcp() ? Port : null;

    /// <summary>The UDP port.</summary>
    public int? UdpPort => Proto.UsesUdp() ? Port : null;

    /// <summary>A subdomain.</summary>
    public static ReservedAddress Name(string subdomain) => new(TunnelProto.Http, subdomain, Port: null);

    /// <summary>Of what the database holds.</summary>
    public static ReservedAddress Of(string? subdomain, int? tcp, int? udp) =>
        subdomain is not null ? Name(subdomain) : new(tcp is null ? TunnelProto.Udp : udp is null ? TunnelProto.Tcp : TunnelProto.TcpUdp, Subdomain: null, tcp ?? udp);

    /// <summary><c>shop</c> or <c>tcp 20001</c>, for people.</summary>
    public override string ToString() => Subdomain ?? string.Create(CultureInfo.InvariantCulture, $"{Proto.ToText()} {Port}");
}

/// <summary>A reservation.</summary>
internal sealed record Reservation
{
    /// <summary>The lasting id.</summary>
    public required ReservationId Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required UserId UserId { get; init; }

    /// <summary>What is reserved.</summary>
    public required ReservedAddress Address { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What an account wants to keep.</summary>
internal sealed record ReservationWish
{
    /// <summary>Who wants it.</summary>
    public required UserId UserId { get; init; }

    /// <summary>The address.</summary>
    public required ReservedAddress Address { get; init; }

    /// <summary>The TCP ports that the edge gives.</summary>
    public required PortRange TcpPorts { get; init; }

    /// <summary>The UDP ports that the edge gives.</summary>
    public required PortRange UdpPorts { get; init; }

    /// <summary>Which subdomains nobody gets.</summary>
    public ForbiddenNames Forbidden { get; init; } = ForbiddenNames.BuiltIn;

    /// <summary>How many names and ports the account may have.</summary>
    public required TunnelAllowance Allowance { get; init; }
}

/// <summary>What became of a wish: a reservation, or the reason why there is none.</summary>
/// <param name="Made">The reservation.</param>
/// <param name="Failure">The reason.</param>
internal sealed record ReservationResult(Reservation? Made, Failure? Failure);
