using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;

namespace Mport.Server.Data;

/// <summary>A tunnel: a name within an account, and the public address that belongs to it as long as the row exists.</summary>
internal sealed class TunnelRow
{
    /// <summary>The key.</summary>
    public required TunnelId Id { get; init; }

    /// <summary>Who made it; without a team, whose it is.</summary>
    public required UserId UserId { get; init; }

    /// <summary>Who made it; without a team, whose it is.</summary>
    public User? User { get; init; }

    /// <summary>The team that it belongs to; null for a person's.</summary>
    public TeamId? TeamId { get; set; }

    /// <summary>The name; unique within the account or the team.</summary>
    public required string Name { get; init; }

    /// <summary>The kind.</summary>
    public required TunnelProto Proto { get; set; }

    /// <summary>The subdomain, with the path unique on the edge; null for kinds with a port, for one with custom domains alone, and after it went to another tunnel.</summary>
    public string? Subdomain { get; set; }

    /// <summary>The part of its hosts that it answers for, in the form of <see cref="TunnelPath"/>.</summary>
    public string Path { get; set; } = TunnelPath.All;

    /// <summary>The public TCP port, unique on the edge; null for kinds without one, and after it went to another tunnel.</summary>
    public int? TcpPort { get; private set; }

    /// <summary>The public UDP port, unique on the edge; null for kinds without one, and after it went to another tunnel.</summary>
    public int? UdpPort { get; private set; }

    /// <summary>The number of its public port or ports.</summary>
    public int? Port => TcpPort ?? UdpPort;

    /// <summary>Whether the user asked for this port; such a one is never given away.</summary>
    public bool PortChosenByUser { get; set; }

    /// <summary>What users sort tunnels by.</summary>
    public TunnelLabels Labels { get; set; } = TunnelLabels.None;

    /// <summary>What its user notes about the target. For display alone: the client dials only what its own configuration names.</summary>
    public string? TargetHint { get; set; }

    /// <summary>The rules that its owner has set, as JSON, secrets hashed; null for none.</summary>
    public string? Policy { get; set; }

    /// <summary>Since when it is stopped, so that nobody opens it; null while it is not.</summary>
    public DateTimeOffset? StoppedAt { get; set; }

    /// <summary>Grows with each change that a user makes.</summary>
    public long Revision { get; set; } = 1;

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last opened or seen open.</summary>
    public required DateTimeOffset LastSeenAt { get; set; }

    /// <summary>Gives the tunnel this number for each protocol that its kind has, or none.</summary>
    public void SetPort(int? number)
    {
        TcpPort = Proto.UsesTcp() ? number : null;
        UdpPort = Proto.UsesUdp() ? number : null;
    }
}
