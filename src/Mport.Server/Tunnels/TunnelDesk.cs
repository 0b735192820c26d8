using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;
using Mport.Server.Edge.Sessions;
using Mport.Server.Tunnels.Connections;

namespace Mport.Server.Tunnels;

/// <summary>Changes stored tunnels, and lets the clients that serve them follow at once.</summary>
internal sealed class TunnelDesk(
    TunnelStore store, OwnTunnelStore own, TeamMemberStore members, TunnelOpener opener, HostTable hosts, SessionRegistry sessions, VisitorConnections connections)
{
    /// <summary>The edge's own domain.</summary>
    public string Domain => hosts.Domain;

    /// <summary>Makes a tunnel with an address of its own; it waits for a client.</summary>
    public async Task<TunnelClaimResult> CreateAsync(UserId caller, TunnelSpec spec, CancellationToken cancellationToken)
    {
        var claim = opener.ClaimOf(caller, spec.Name, spec.Proto, spec.Subdomain, spec.Port) with
        {
            TeamId = spec.TeamId,
            Hosts = spec.Hosts,
            Path = spec.Path,
            Edit = new TunnelEdit { Labels = spec.Labels, TargetHint = spec.TargetHint },
        };
        var result = await ClaimAsync(claim, cancellationToken);
        if (result is TunnelClaimResult.Claimed made)
        {
            hosts.AddKnown(made.Tunnel);
        }

        return result;
    }

    /// <summary>Changes a tunnel that is still as the caller knows it. Where its address changes, clients that serve it open it again at the new one.</summary>
    public async Task<TunnelClaimResult> ChangeAsync(UserId caller, StoredTunnel known, TunnelSpec spec, CancellationToken cancellationToken)
    {
        // To ask for the port that it has would mark it as one that its user chose.
        var port = spec.Port == known.Spec.Port ? null : spec.Port;
        var claim = opener.ClaimOf(caller, spec.Name, spec.Proto, spec.Subdomain, port) with
        {
            TeamId = known.Spec.TeamId,
            Hosts = spec.Hosts,
            Path = spec.Path,
            Edit = new TunnelEdit { Revision = known.Revision, MoveTo = spec.TeamId, Labels = spec.Labels, TargetHint = spec.TargetHint },
        };
        var result = await ClaimAsync(claim, cancellationToken);
        if (result is TunnelClaimResult.Claimed claimed && claimed.Tunnel != known.Record)
        {
            var moved = claimed.Tunnel.TeamId != known.Spec.TeamId;
            opener.End(known.Owner, spec.Name, moved
                ? Failure.Of(TunnelErrors.TunnelClosedByEdge, $"The tunnel {spec.Name} belongs to another team now: open it with --team.")
                : Failure.Of(TunnelErrors.TunnelClosedByEdge, $"The tunnel {spec.Name} has got another address.", retry: true));
            hosts.Move(known.Record, claimed.Tunnel);
            hosts.AddKnown(claimed.Tunnel);
            await AskAgainAsync(TunnelOwner.Of(known.MadeBy, claimed.Tunnel.TeamId), cancellationToken);
        }

        return result;
    }

    /// <summary>Stops a tunnel: nobody serves it until it is started, and its visitors' connections end at once. False when the account has none of this id.</summary>
    public async Task<bool> StopAsync(UserId caller, StoredTunnel tunnel, CancellationToken cancellationToken)
    {
        opener.Bar(tunnel.Id);
        if (!await own.SetStoppedAsync(caller, tunnel.Id, stopped: true, cancellationToken))
        {
            opener.Unbar(tunnel.Id);
            return false;
        }

        opener.Cut(tunnel.Owner, tunnel.Spec.Name, Failure.Of(TunnelErrors.TunnelClosedByEdge, $"The tunnel {tunnel.Spec.Name} was stopped through the API.", retry: true));
        connections.EndAll(tunnel.Id);
        return true;
    }

    /// <summary>Lets a tunnel be opened again; clients that wait for it do so at once. False when the account has none of this id.</summary>
    public async Task<bool> StartAsync(UserId caller, StoredTunnel tunnel, CancellationToken cancellationToken)
    {
        if (!await own.SetStoppedAsync(caller, tunnel.Id, stopped: false, cancellationToken))
        {
            return false;
        }

        opener.Unbar(tunnel.Id);
        await AskAgainAsync(tunnel.Owner, cancellationToken);
        return true;
    }

    /// <summary>Deletes a tunnel; clients that serve it end it, and its visitors' connections end at once. False when the account has none of this id.</summary>
    public async Task<bool> DeleteAsync(UserId caller, TunnelId id, CancellationToken cancellationToken)
    {
        if (await own.DeleteAsync(caller, id, cancellationToken) is not { } deleted)
        {
            return false;
        }

        opener.Bar(id);
        opener.Cut(deleted.Owner, deleted.Spec.Name, Failure.Of(TunnelErrors.TunnelClosedByEdge, $"The tunnel {deleted.Spec.Name} was deleted through the API."));
        connections.EndAll(id);
        hosts.Remove(deleted.Record);
        return true;
    }

    // While the edge is being handed over, the next one would not know of an address that is given now.
    private async Task<TunnelClaimResult> ClaimAsync(TunnelClaim claim, CancellationToken cancellationToken)
    {
        if (!await opener.Gate.EnterAsync(cancellationToken))
        {
            return new TunnelClaimResult.Refused(Failure.Of(ProtocolErrors.EdgeDraining, retry: true));
        }

        try
        {
            return await store.ClaimAsync(claim, cancellationToken);
        }
        finally
        {
            opener.Gate.Leave();
        }
    }

    private async Task AskAgainAsync(TunnelOwner owner, CancellationToken cancellationToken)
    {
        HashSet<UserId> users = owner.Team is { } team ? [.. (await members.ListAsync(team, cancellationToken)).Select(member => member.UserId)]
            : owner.User is { } user ? [user] : [];
        foreach (var session in sessions.All.Where(session => users.Contains(session.Identity.UserId)))
        {
            session.Tell(new AskAgain());
        }
    }
}
