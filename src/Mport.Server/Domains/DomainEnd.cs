using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Tunnels;
using Mport.Server.Tunnels.Connections;

namespace Mport.Server.Domains;

/// <summary>Takes domains away: from that moment their visitors get nowhere.</summary>
internal sealed class DomainEnd(DomainStore store, AwaitedDomains awaited, ProvenHosts proven, TunnelOpener opener, HostTable hosts, VisitorConnections connections)
{
    /// <summary>Removes a domain of an account; its visitors' connections end. False when the account has none of this id.</summary>
    public async Task<bool> RemoveAsync(UserId owner, Domain domain, CancellationToken cancellationToken)
    {
        if (await store.RemoveAsync(owner, domain.Id, cancellationToken) is not { } tunnels)
        {
            return false;
        }

        awaited.Forget(domain.Id);
        Cut(domain, tunnels, Failure.Of(TunnelErrors.TunnelClosedByEdge, $"The domain {domain.Name} was removed."));
        return true;
    }

    /// <summary>The proof of a domain was missing for too long.</summary>
    public async Task UnproveAsync(Domain domain, CancellationToken cancellationToken) =>
        Cut(domain, await store.SetUnprovenAsync(domain, cancellationToken), Failure.Of(DomainErrors.ProofGone, $"The TXT record {DomainProof.NameOf(domain.Name)}, which proved that {domain.Name} is yours, is gone."));

    private void Cut(Domain domain, IReadOnlyList<HostedTunnel> tunnels, Failure why)
    {
        proven.Remove(domain.Name);
        foreach (var (owner, tunnel) in tunnels)
        {
            opener.Cut(owner, tunnel.Name, why);
            hosts.Remove(tunnel);
            connections.EndAll(tunnel.Id);
        }
    }
}
