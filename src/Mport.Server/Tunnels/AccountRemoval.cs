using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Removal;
using Mport.Server.Edge.Sessions;

namespace Mport.Server.Tunnels;

/// <summary>Deletes accounts of a running edge: their clients and visitors are out at once.</summary>
internal sealed class AccountRemoval(AccountRemovalStore store, TunnelOpener opener, HostTable hosts, SessionRegistry sessions)
{
    /// <summary>Deletes an account, and ends its sessions.</summary>
    /// <param name="id">The account.</param>
    /// <param name="heir">Who gets its tunnels and reservations; null gives them up.</param>
    /// <param name="cancellationToken">Gives up; then nothing was done.</param>
    public async Task<RemovalResult> RemoveAsync(UserId id, UserId? heir, CancellationToken cancellationToken)
    {
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

        foreach (var subdomain in heir is null ? removed.Tunnels.Select(tunnel => tunnel.Subdomain).OfType<string>() : [])
        {
            hosts.Remove(subdomain);
        }

        return result;
    }
}
