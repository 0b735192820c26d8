using Mport.Server.Accounts;
using Mport.Server.Accounts.Reservations;

namespace Mport.Server.Data;

/// <summary>A subdomain, or the ports of one number, that an account keeps with or without a tunnel.</summary>
internal sealed class ReservationRow
{
    /// <summary>The key.</summary>
    public required ReservationId Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required UserId UserId { get; init; }

    /// <summary>The subdomain, unique on the edge; null for one of ports.</summary>
    public string? Subdomain { get; init; }

    /// <summary>The public TCP port, unique on the edge.</summary>
    public int? TcpPort { get; init; }

    /// <summary>The public UDP port, unique on the edge.</summary>
    public int? UdpPort { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
