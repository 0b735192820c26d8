using System.Collections.Concurrent;
using Mport.Server.Accounts;

namespace Mport.Server.Tunnels;

/// <summary>Which tunnel answers for which host and path, and whether its client is here. Reads take no lock. Hosts are lower-case.</summary>
/// <param name="domain">The edge's own domain, below which subdomains are.</param>
internal sealed class HostTable(string domain)
{
    private readonly ConcurrentDictionary<string, HostPaths> _hosts = new(StringComparer.Ordinal);
    private readonly Lock _writing = new();

    /// <summary>The edge's own domain.</summary>
    public string Domain => domain;

    /// <summary>The addresses whose clients are on their way here; none in an edge that has not taken another one's place.</summary>
    public ReturningHosts Returning { get; } = new();

    /// <summary>The addresses, host and path, whose clients are here.</summary>
    public IEnumerable<string> Online => _hosts.SelectMany(host => host.Value.Parts.Where(part => part.Link is not null).Select(part => host.Key + part.Path));

    /// <summary>The hosts of a tunnel: its subdomain below the edge's domain, and its custom domains.</summary>
    public IEnumerable<string> HostsOf(TunnelRecord tunnel) =>
        tunnel.Subdomain is { } subdomain ? [$"{subdomain}.{domain}", .. tunnel.Hosts.Names] : tunnel.Hosts.Names;

    /// <summary>Looks a host up: its own name first, then that of any one label in its place.</summary>
    /// <returns>Its parts; null when no tunnel has any.</returns>
    public HostPaths? Find(string host)
    {
        if (_hosts.TryGetValue(host, out var paths))
        {
            return paths;
        }

        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && _hosts.TryGetValue(string.Concat("*", host.AsSpan(dot)), out paths) ? paths : null;
    }

    /// <summary>The addresses belong to a tunnel whose client is not here; a link that it has stays.</summary>
    public void AddKnown(TunnelRecord tunnel) => Change(
        tunnel, part => part?.Tunnel == tunnel.Id ? part with { Proto = tunnel.Proto } : new HostPath(tunnel.Path, tunnel.Id, tunnel.Proto, Link: null));

    /// <summary>The addresses are served by this link from now on.</summary>
    public void SetOnline(TunnelRecord tunnel, TunnelLink link)
    {
        Change(tunnel, _ => new HostPath(tunnel.Path, tunnel.Id, tunnel.Proto, link));
        foreach (var host in HostsOf(tunnel))
        {
            Returning.Arrived(host + tunnel.Path);
        }
    }

    /// <summary>The link's client is gone. Does nothing where another link has taken its place.</summary>
    public void SetAway(TunnelRecord tunnel, TunnelLink link) => Change(tunnel, part => part?.Link == link ? part with { Link = null } : part);

    /// <summary>The addresses no longer belong to the tunnel. Those that another tunnel has got stay that one's.</summary>
    public void Remove(TunnelRecord tunnel)
    {
        lock (_writing)
        {
            foreach (var host in HostsOf(tunnel))
            {
                Drop(host, tunnel.Path, tunnel.Id);
            }
        }
    }

    /// <summary>A tunnel has got other addresses: it keeps those that are in both, and loses the rest of the old ones.</summary>
    public void Move(TunnelRecord before, TunnelRecord now)
    {
        var kept = now.Path == before.Path ? HostsOf(now).ToHashSet(StringComparer.Ordinal) : [];
        lock (_writing)
        {
            foreach (var host in HostsOf(before).Where(host => !kept.Contains(host)))
            {
                Drop(host, before.Path, before.Id);
            }
        }
    }

    private void Drop(string host, string path, TunnelId tunnel)
    {
        if (!_hosts.TryGetValue(host, out var paths))
        {
            return;
        }

        var left = paths.Without(path, tunnel);
        if (left.Parts.Count > 0)
        {
            _hosts[host] = left;
        }
        else
        {
            _hosts.TryRemove(host, out _);
        }
    }

    private void Change(TunnelRecord tunnel, Func<HostPath?, HostPath?> change)
    {
        lock (_writing)
        {
            foreach (var host in HostsOf(tunnel))
            {
                var paths = _hosts.GetValueOrDefault(host, HostPaths.None);
                if (change(paths.Get(tunnel.Path)) is { } part)
                {
                    _hosts[host] = paths.With(part);
                }
            }
        }
    }
}
