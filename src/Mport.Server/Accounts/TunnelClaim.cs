using Mport.Protocol.Errors;

namespace Mport.Server.Accounts;

/// <summary>A client's wish for a tunnel with a public address.</summary>
internal sealed record TunnelClaim
{
    /// <summary>Whose tunnel it is.</summary>
    public required UserId UserId { get; init; }

    /// <summary>The tunnel's name within the account.</summary>
    public required string Name { get; init; }

    /// <summary>The kind.</summary>
    public required TunnelProto Proto { get; init; }

    /// <summary>For kinds with a subdomain: the wanted one; null keeps the one it has, or lets the edge choose.</summary>
    public string? Subdomain { get; init; }

    /// <summary>For kinds with a port: the wanted one; null keeps the one it has, or lets the edge choose.</summary>
    public int? Port { get; init; }

    /// <summary>For kinds with a port: the ports that the edge gives.</summary>
    public PortRange Ports { get; init; }

    /// <summary>
    /// Whether no other program has the port now. Not asked about the port of a tunnel that is open, which this edge itself listens on.
    /// Called outside any lock; may be wrong by the time the edge listens, which then refuses the tunnel.
    /// </summary>
    public Func<int, bool> IsPortUsable { get; init; } = static _ => true;

    /// <summary>Whether a session serves the tunnel now: such a tunnel's address is not moved to another tunnel.</summary>
    public Func<TunnelId, bool> IsOpen { get; init; } = static _ => false;
}

/// <summary>A tunnel with the address that belongs to it.</summary>
/// <param name="Id">The lasting id.</param>
/// <param name="Name">The name within the account.</param>
/// <param name="Proto">The kind.</param>
/// <param name="Subdomain">For kinds with a subdomain.</param>
/// <param name="Port">For kinds with a port.</param>
internal sealed record TunnelRecord(TunnelId Id, string Name, TunnelProto Proto, string? Subdomain, int? Port);

/// <summary>The answer to a claim: <see cref="Claimed"/> or <see cref="Refused"/>.</summary>
internal abstract record TunnelClaimResult
{
    private TunnelClaimResult()
    {
    }

    /// <summary>The address belongs to the tunnel.</summary>
    internal sealed record Claimed(TunnelRecord Tunnel) : TunnelClaimResult;

    /// <summary>It does not; the failure says why.</summary>
    internal sealed record Refused(Failure Failure) : TunnelClaimResult;
}
