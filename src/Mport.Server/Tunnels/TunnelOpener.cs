using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Edge.Sessions;

namespace Mport.Server.Tunnels;

/// <summary>Opens and closes tunnels: settles who may hold one, claims its address, and sets the address going.</summary>
internal sealed class TunnelOpener(
    TunnelStore store,
    TunnelRegistry registry,
    HostTable hosts,
    TunnelPorts ports,
    PublicAddress address,
    TunnelsMetrics metrics,
    ILogger<TunnelOpener> logger)
{
    /// <summary>To be passed before <see cref="OpenAsync"/>.</summary>
    public TunnelGate Gate { get; } = new();

    /// <summary>Opens a tunnel for a session, or says why not.</summary>
    public async Task<TunnelOpening> OpenAsync(EdgeSession session, OpenTunnel open, int number, CancellationToken cancellationToken)
    {
        if (TunnelProtoText.Parse(open.Proto) is not { } proto || !IsOffered(proto))
        {
            return new TunnelOpening(Failure.Of(
                TunnelErrors.ProtocolNotOffered, $"This edge offers {(ports.HasUdp ? "http, tcp, udp and tcp+udp" : "http and tcp")} tunnels."));
        }

        if (open.Domain is not null)
        {
            return new TunnelOpening(Failure.Of(TunnelErrors.ProtocolNotOffered, "This edge offers subdomains of its own domain, no custom domains."));
        }

        if (open.Group is not null)
        {
            return new TunnelOpening(Failure.Of(TunnelErrors.ProtocolNotOffered, "This edge offers no groups of clients."));
        }

        // Before the claim, which may change the tunnel's address: only who may hold the tunnel may do that.
        var holder = registry.Find(session.Identity.UserId, open.Name);
        if (Refusal(TunnelHold.Decide(holder?.Session.Identity, session.Identity, open.Takeover), open, holder) is { } early)
        {
            return new TunnelOpening(early);
        }

        var claim = new TunnelClaim
        {
            UserId = session.Identity.UserId,
            Name = open.Name,
            Proto = proto,
            Subdomain = open.Subdomain?.ToLowerInvariant(),
            Port = open.RemotePort,
            TcpPorts = ports.TcpRange,
            UdpPorts = ports.UdpRange,
            IsTcpPortUsable = ports.IsTcpFree,
            IsUdpPortUsable = ports.IsUdpFree,
            IsOpen = registry.IsOpen,
        };
        return await store.ClaimAsync(claim, cancellationToken) switch
        {
            TunnelClaimResult.Refused refused => new TunnelOpening(refused.Failure),
            TunnelClaimResult.Claimed claimed => Hold(new SessionTunnelLink(session, claimed.Tunnel, number, open.Target, metrics.Bytes), open),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>The link's session gives the tunnel up. Does nothing when another session has taken it.</summary>
    public void Close(SessionTunnelLink link)
    {
        link.Dispose();
        if (!registry.Release(link))
        {
            return;
        }

        if (link.Tunnel.Subdomain is { } subdomain)
        {
            hosts.SetAway(subdomain, link);
        }

        ports.Close(link.Tunnel, link);
    }

    private TunnelOpening Hold(SessionTunnelLink link, OpenTunnel open)
    {
        var decision = registry.TryHold(link, open.Takeover, out var before);
        if (Refusal(decision, open, before) is { } refusal)
        {
            return new TunnelOpening(refusal);
        }

        if (before is not null)
        {
            before.Dispose();
            Forget(before, link);
            TellLoser(before, link);
            logger.TunnelTakenOver(link.TunnelId, link.Session.Identity.Id, before.Session.Identity.Id);
        }

        if (link.Tunnel.Subdomain is { } subdomain)
        {
            hosts.SetOnline(subdomain, link);
        }

        try
        {
            ports.Open(link.Tunnel, link);
        }
        catch (SocketException error)
        {
            registry.Release(link);
            return new TunnelOpening(Failure.Of(TunnelErrors.PortTaken, $"The edge cannot listen on port {link.Tunnel.Port}: {error.Message}.", retry: true));
        }

        return new TunnelOpening(link, address.Of(link.Tunnel), before is not null);
    }

    // The name stays, but its address may be another one now.
    private void Forget(SessionTunnelLink before, SessionTunnelLink link)
    {
        ports.CloseAllBut(link.Tunnel, before.Tunnel, before);

        if (before.Tunnel.Subdomain is { } old && old != link.Tunnel.Subdomain)
        {
            hosts.Remove(old);
        }
    }

    private static void TellLoser(SessionTunnelLink loser, SessionTunnelLink winner)
    {
        var failure = Failure.Of(
            TunnelErrors.TunnelTakenOver,
            $"The tunnel {loser.Name} was taken over by a newer client on {winner.Session.Identity.Host ?? "an unnamed machine"} ({winner.Session.Identity.Remote.Address}).");
        loser.Session.Tell(
            new TunnelClosed { Number = loser.Number, Code = failure.Code.ToString(), Text = failure.Text, Retry = false });
    }

    private static Failure? Refusal(TunnelHoldDecision decision, OpenTunnel open, SessionTunnelLink? holder) => decision switch
    {
        TunnelHoldDecision.Open or TunnelHoldDecision.TakeOver => null,
        TunnelHoldDecision.OpenInThisSession => Failure.Of(
            TunnelErrors.TunnelHeld, $"This client has a tunnel named {open.Name} open already."),
        TunnelHoldDecision.Fenced => Failure.Of(
            TunnelErrors.TunnelTakenOver, $"A newer client of this machine has the tunnel {open.Name}."),
        TunnelHoldDecision.HeldElsewhere => Failure.Of(
            TunnelErrors.TunnelHeld, $"The tunnel {open.Name} is open on {holder?.Session.Identity.Host ?? "another machine"} ({holder?.Session.Identity.Remote.Address})."),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private bool IsOffered(TunnelProto proto) => proto != TunnelProto.Tls && (!proto.UsesUdp() || ports.HasUdp);
}
