using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Removal;
using Mport.Server.Domains;
using Mport.Server.Edge.Sessions;
using Mport.Server.Tunnels.Connections;

namespace Mport.Server.Tunnels;

/// <summary>Deletes accounts of a running edge: their clients and visitors are out at once.</summary>
internal sealed class AccountRemoval(AccountRemovalStore store, DomainParts domains, TunnelOpener opener, HostTable hosts, SessionRegistry sessions, VisitorConnections connections)
{
    /// <summary>Deletes an account, and ends its sessions.</summary>
    /// <param name="id">The account.</param>
    /// <param name="heir">Who gets its tunnels and reservations; null gives them up.</param>
    /// <param name="cancellationToken">Gives up; then nothing was done.</param>
    public async Task<RemovalResult> RemoveAsync(UserId id, UserId? heir, CancellationToken cancellationToken)
    {
        var covered = await domains.Store.ListTunnelsAsync(id, cancellationToken);
        var result = await store.RemoveAsync(id, heir, cancellationToken);
        if (result is not RemovalResult.Removed { Account: var removed })
        {
            return result;
        }

        if (heir is null)
        {
            foreach (var tunnel in removed.Tunnels)
            {
                opener.Bar(tunnel.Id);
            }
        }

        // As TokenWatch would in its turn, and as it does where another process has deleted the account.
        foreach (var session in sessions.All.Where(session => session.Identity.UserId == id))
        {
            session.End(Failure.Of(AccountErrors.TokenUnknown));
        }

        // Its domains are nobody's now, and lead nowhere: not to a team's tunnel either.
        foreach (var (name, tunnels) in heir is null ? covered : [])
        {
            domains.Proven.Remove(name);
            foreach (var (_, tunnel) in tunnels)
            {
                hosts.Remove(tunnel);
            }
        }

        foreach (var tunnel in heir is null ? removed.Tunnels : [])
        {
            connections.EndAll(tunnel.Id);
            hosts.Remove(tunnel.Record);
        }

        return result;
    }
}
