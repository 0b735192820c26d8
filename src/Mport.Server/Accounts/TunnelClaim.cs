using Mport.Protocol.Errors;
using Mport.Server.Accounts.Teams;
using Mport.Server.Data;

namespace Mport.Server.Accounts;

/// <summary>A client's wish for a tunnel with a public address.</summary>
internal sealed record TunnelClaim
{
    /// <summary>Who claims it; without a team, whose tunnel it is.</summary>
    public required UserId UserId { get; init; }

    /// <summary>The team whose tunnel it is; null for the person's own.</summary>
    public TeamId? TeamId { get; init; }

    /// <summary>Whose tunnel it is.</summary>
    public TunnelOwner Owner => TunnelOwner.Of(UserId, TeamId);

    /// <summary>The tunnel's name within the account or the team.</summary>
    public required string Name { get; init; }

    /// <summary>The kind.</summary>
    public required TunnelProto Proto { get; init; }

    /// <summary>For kinds with a subdomain: the wanted one; null keeps the one it has, or lets the edge choose.</summary>
    public string? Subdomain { get; init; }

    /// <summary>For kinds with hosts: the wanted custom domains, which the account has proven; null keeps those it has.</summary>
    public TunnelHosts? Hosts { get; init; }

    /// <summary>For http: the part of its hosts, in the form of <see cref="TunnelPath"/>; null keeps the one it has.</summary>
    public string? Path { get; init; }

    /// <summary>For kinds with a port: the wanted one; null keeps the one it has, or lets the edge choose.</summary>
    public int? Port { get; init; }

    /// <summary>What the claim does besides settling the address; null for a client that opens the tunnel.</summary>
    public TunnelEdit? Edit { get; init; }

    /// <summary>For kinds with a TCP port: those that the edge gives.</summary>
    public PortRange TcpPorts { get; init; }

    /// <summary>For kinds with a UDP port: those that the edge gives.</summary>
    public PortRange UdpPorts { get; init; }

    /// <summary>
    /// Whether no other program has the TCP port now. Not asked about the port of a tunnel that is open, which this edge itself listens on.
    /// Called outside any lock; may be wrong by the time the edge listens, which then refuses the tunnel.
    /// </summary>
    public Func<int, bool> IsTcpPortUsable { get; init; } = static _ => true;

    /// <summary>The same of the UDP port.</summary>
    public Func<int, bool> IsUdpPortUsable { get; init; } = static _ => true;

    /// <summary>Whether a session serves the tunnel now: such a tunnel's address is not moved to another tunnel.</summary>
    public Func<TunnelId, bool> IsOpen { get; init; } = static _ => false;

    /// <summary>Which subdomains nobody gets.</summary>
    public ForbiddenNames Forbidden { get; init; } = ForbiddenNames.BuiltIn;

    /// <summary>How many tunnels, names and ports the account may have.</summary>
    public TunnelAllowance Allowance { get; init; } = TunnelAllowance.Any;

    /// <summary>How many of them a team may have.</summary>
    public Func<TeamId, TunnelAllowance> AllowanceOfTeam { get; init; } = static _ => TunnelAllowance.Any;

    /// <summary>The numbers that the kind may have: with two ports those in both ranges. Null when there are none.</summary>
    public PortRange? Ports => Proto switch
    {
        TunnelProto.Tcp => TcpPorts,
        TunnelProto.Udp => UdpPorts,
        TunnelProto.TcpUdp => TcpPorts.Intersect(UdpPorts),
        _ => null,
    };

    /// <summary>Of these tunnels, those of the same owner.</summary>
    public IQueryable<TunnelRow> OwnIn(IQueryable<TunnelRow> tunnels) =>
        TeamId is { } team ? tunnels.Where(t => t.TeamId == team) : tunnels.Where(t => t.UserId == UserId && t.TeamId == null);

    /// <summary>Whether no other program has the port, in any protocol of the kind.</summary>
    public bool IsPortUsable(int port) => (!Proto.UsesTcp() || IsTcpPortUsable(port)) && (!Proto.UsesUdp() || IsUdpPortUsable(port));
}

/// <summary>A tunnel with the address that belongs to it.</summary>
/// <param name="Id">The lasting id.</param>
/// <param name="Name">The name within the account.</param>
/// <param name="Proto">The kind.</param>
/// <param name="Subdomain">For kinds with a subdomain.</param>
/// <param name="Port">For kinds with a port: the number, of both ports where the kind has two.</param>
internal sealed record TunnelRecord(TunnelId Id, string Name, TunnelProto Proto, string? Subdomain, int? Port)
{
    /// <summary>The team that it belongs to; null for a person's.</summary>
    public TeamId? TeamId { get; init; }

    /// <summary>Its custom domains.</summary>
    public TunnelHosts Hosts { get; init; } = TunnelHosts.None;

    /// <summary>The part of its hosts that it answers for.</summary>
    public string Path { get; init; } = TunnelPath.All;

    /// <summary>The public TCP port.</summary>
    public int? TcpPort => Proto.UsesTcp() ? Port : null;

    /// <summary>The public UDP port.</summary>
    public int? UdpPort => Proto.UsesUdp() ? Port : null;
}

/// <summary>The answer to a claim: <see cref="Claimed"/> or <see cref="Refused"/>.</summary>
internal abstract record TunnelClaimResult
{
    private TunnelClaimResult()
    {
    }

    /// <summary>The address belongs to the tunnel.</summary>
    /// <param name="Tunnel">The tunnel as it is now.</param>
    /// <param name="Before">The tunnel as it was; null when it was made for this.</param>
    internal sealed record Claimed(TunnelRecord Tunnel, TunnelRecord? Before) : TunnelClaimResult;

    /// <summary>It does not; the failure says why.</summary>
    internal sealed record Refused(Failure Failure) : TunnelClaimResult;
}
