using Mport.Server.Tunnels;

namespace Mport.Server.Edge.Http;

/// <summary>Decides whom a request's host belongs to. Exact names only; nothing here ever dials.</summary>
/// <param name="domain">The edge's own domain, lower-case.</param>
/// <param name="hosts">The subdomains in use.</param>
internal sealed class HostRouter(string domain, HostTable hosts)
{
    private readonly string _suffix = "." + domain;

    /// <summary>The subdomains whose clients are on their way here.</summary>
    public ReturningHosts Returning => hosts.Returning;

    /// <summary>Finds the owner of a host.</summary>
    /// <param name="host">The Host header or <c>:authority</c>, as sent.</param>
    public HostRoute Find(string? host)
    {
        if (!HostName.TryParse(host, out var name))
        {
            return new HostRoute(HostOwner.Malformed);
        }

        if (name.IsAddress || name.Name == domain || name.Name == "localhost")
        {
            return new HostRoute(HostOwner.Edge);
        }

        if (!name.Name.EndsWith(_suffix, StringComparison.Ordinal))
        {
            return new HostRoute(HostOwner.Nobody);
        }

        var subdomain = name.Name[..^_suffix.Length];
        return hosts.TryFind(subdomain, out var link) ? new HostRoute(HostOwner.Tunnel, link, subdomain) : new HostRoute(HostOwner.Nobody);
    }
}

/// <summary>Whom a host belongs to.</summary>
/// <param name="Owner">The kind of owner.</param>
/// <param name="Link">The tunnel's link; null when its client is away.</param>
/// <param name="Subdomain">The tunnel's subdomain.</param>
internal readonly record struct HostRoute(HostOwner Owner, TunnelLink? Link = null, string? Subdomain = null);

/// <summary>The kinds of owner of a host.</summary>
internal enum HostOwner
{
    /// <summary>The text is not a host.</summary>
    Malformed,

    /// <summary>The edge itself.</summary>
    Edge,

    /// <summary>A tunnel.</summary>
    Tunnel,

    /// <summary>Nobody.</summary>
    Nobody,
}
