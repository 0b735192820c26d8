using Mport.Server.Accounts;
using Mport.Server.Tunnels;

namespace Mport.Server.Edge.Http;

/// <summary>Decides whom a request belongs to, by its host and, where tunnels share a host, by its path. Names that are known only; nothing here ever dials.</summary>
/// <param name="domain">The edge's own domain, lower-case.</param>
/// <param name="hosts">The addresses of tunnels.</param>
internal sealed class HostRouter(string domain, HostTable hosts)
{
    /// <summary>The addresses whose clients are on their way here.</summary>
    public ReturningHosts Returning => hosts.Returning;

    /// <summary>Finds the owner of a request.</summary>
    /// <param name="host">The Host header or <c>:authority</c>, as sent.</param>
    /// <param name="target">The target of the request line, as sent.</param>
    public HostRoute Find(string? host, string target)
    {
        if (!HostName.TryParse(host, out var name))
        {
            return new HostRoute(HostOwner.Malformed);
        }

        if (IsEdge(name))
        {
            return new HostRoute(HostOwner.Edge);
        }

        return hosts.Find(name.Name) is not { } paths ? new HostRoute(HostOwner.Nobody)
            : (paths.IsWhole ? paths.Parts[0] : paths.Find(RequestPath.Of(target))) is not { } part ? new HostRoute(HostOwner.Nobody)
            : part.Proto == TunnelProto.Tls ? new HostRoute(HostOwner.Passthrough)
            : new HostRoute(HostOwner.Tunnel, part.Link, name.Name + part.Path);
    }

    /// <summary>
    /// Whether a connection that was opened for one host may carry requests for another: only where both are the edge's own, or the same tunnels have both.
    /// Connections are shared by browsers for all names of a certificate (RFC 9113, 9.1.1); a tunnel's must not be another's (SEC-102).
    /// </summary>
    /// <param name="serverName">The name that the TLS handshake asked for.</param>
    /// <param name="host">The request's host, as sent.</param>
    public bool MayShare(string serverName, string? host)
    {
        // Nearly always: the same name, with or without a port.
        if (host is not null && host.StartsWith(serverName, StringComparison.OrdinalIgnoreCase) && (host.Length == serverName.Length || host[serverName.Length] == ':'))
        {
            return true;
        }

        if (!HostName.TryParse(host, out var asked) || !HostName.TryParse(serverName, out var opened) || asked.Name == opened.Name)
        {
            return true;
        }

        return IsEdge(opened) ? IsEdge(asked) : !IsEdge(asked) && SameTunnels(hosts.Find(opened.Name), hosts.Find(asked.Name));
    }

    private static bool SameTunnels(HostPaths? one, HostPaths? other) =>
        one == other || (one is not null && other is not null && one.Parts.Select(part => part.Tunnel).SequenceEqual(other.Parts.Select(part => part.Tunnel)));

    private bool IsEdge(HostName name) => name.IsAddress || name.Name == domain || name.Name == "localhost";
}

/// <summary>Whom a request belongs to.</summary>
/// <param name="Owner">The kind of owner.</param>
/// <param name="Link">The tunnel's link; null when its client is away.</param>
/// <param name="Address">The tunnel's address, host and path, that the request was found under.</param>
internal readonly record struct HostRoute(HostOwner Owner, TunnelLink? Link = null, string? Address = null);

/// <summary>The kinds of owner of a request.</summary>
internal enum HostOwner
{
    /// <summary>The text is not a host.</summary>
    Malformed,

    /// <summary>The edge itself.</summary>
    Edge,

    /// <summary>A tunnel.</summary>
    Tunnel,

    /// <summary>A tunnel whose TLS is passed through, which has no plain HTTP.</summary>
    Passthrough,

    /// <summary>Nobody.</summary>
    Nobody,
}
