using System.Collections.Concurrent;

namespace Mport.Server.Tunnels;

/// <summary>Which tunnel answers for which subdomain, and whether its client is here. Reads take no lock. Keys are lower-case labels.</summary>
internal sealed class HostTable
{
    private readonly ConcurrentDictionary<string, TunnelLink?> _links = new(StringComparer.Ordinal);

    /// <summary>The subdomains whose clients are on their way here; none in an edge that has not taken another one's place.</summary>
    public ReturningHosts Returning { get; } = new();

    /// <summary>The subdomains whose clients are here.</summary>
    public IEnumerable<string> Online => _links.Where(pair => pair.Value is not null).Select(pair => pair.Key);

    /// <summary>Looks a subdomain up.</summary>
    /// <param name="subdomain">The label before the edge's domain, lower-case.</param>
    /// <param name="link">The link of the client that is here, else null.</param>
    /// <returns>False when no tunnel has the subdomain.</returns>
    public bool TryFind(string subdomain, out TunnelLink? link) => _links.TryGetValue(subdomain, out link);

    /// <summary>The subdomain belongs to a tunnel whose client is not here; an existing link stays.</summary>
    public void AddKnown(string subdomain) => _links.TryAdd(subdomain, null);

    /// <summary>The subdomain is served by this link from now on.</summary>
    public void SetOnline(string subdomain, TunnelLink link)
    {
        _links[subdomain] = link;
        Returning.Arrived(subdomain);
    }

    /// <summary>The link's client is gone. Does nothing when another link has taken its place.</summary>
    public void SetAway(string subdomain, TunnelLink link) => _links.TryUpdate(subdomain, null, link);

    /// <summary>The subdomain no longer belongs to a tunnel.</summary>
    public void Remove(string subdomain) => _links.TryRemove(subdomain, out _);
}
