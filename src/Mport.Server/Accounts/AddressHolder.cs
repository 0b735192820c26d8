using Mport.Server.Accounts.Teams;
using Mport.Server.Data;

namespace Mport.Server.Accounts;

/// <summary>A tunnel that has the address which another one wants.</summary>
internal sealed record AddressHolder
{
    /// <summary>The tunnel.</summary>
    public required TunnelId Id { get; init; }

    /// <summary>Who made it; without a team, whose it is.</summary>
    public required UserId UserId { get; init; }

    /// <summary>The team that it belongs to; null for a person's.</summary>
    public TeamId? TeamId { get; init; }

    /// <summary>Whose it is.</summary>
    public TunnelOwner Owner => TunnelOwner.Of(UserId, TeamId);

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The part of its hosts.</summary>
    public required string Path { get; init; }

    /// <summary>Its TCP port.</summary>
    public int? TcpPort { get; init; }

    /// <summary>Its UDP port.</summary>
    public int? UdpPort { get; init; }

    /// <summary>Whether its user asked for the port.</summary>
    public bool PortChosenByUser { get; init; }

    /// <summary>When it was last seen; tells later whether it was opened meanwhile.</summary>
    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>What a query needs of its rows.</summary>
    public static IQueryable<AddressHolder> Of(IQueryable<TunnelRow> rows) => rows.Select(t => new AddressHolder
    {
        Id = t.Id,
        UserId = t.UserId,
        TeamId = t.TeamId,
        Name = t.Name,
        Path = t.Path,
        TcpPort = t.TcpPort,
        UdpPort = t.UdpPort,
        PortChosenByUser = t.PortChosenByUser,
        LastSeenAt = t.LastSeenAt,
    });
}
