using System.Collections.Concurrent;
using Mport.Server.Limits;
using Mport.Server.Tunnels;

namespace Mport.Server.Edge.Http;

/// <summary>The pool of each link that has had a request. A link that ends takes its pool along. Thread-safe.</summary>
/// <param name="maxRequestsPerTunnel">Requests of one tunnel at one time.</param>
/// <param name="gate">Knows each tunnel's bandwidth.</param>
internal sealed class TunnelPools(int maxRequestsPerTunnel, VisitorGate gate) : IDisposable
{
    private readonly ConcurrentDictionary<TunnelLink, TunnelPool> _pools = new();

    /// <summary>Pools now.</summary>
    public int Count => _pools.Count;

    /// <summary>The pool of a link. Of one that has ended it is a pool whose requests fail.</summary>
    public TunnelPool Get(TunnelLink link)
    {
        if (_pools.TryGetValue(link, out var pool))
        {
            return pool;
        }

        var made = new TunnelPool(link, maxRequestsPerTunnel, gate);
        pool = _pools.GetOrAdd(link, made);
        if (pool != made)
        {
            made.Dispose();
            return pool;
        }

        // Last: where the link has ended already, this runs at once and must find the pool.
        link.Ended.UnsafeRegister(_ => Remove(link), state: null);
        return pool;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var link in _pools.Keys)
        {
            Remove(link);
        }
    }

    private void Remove(TunnelLink link)
    {
        if (_pools.TryRemove(link, out var pool))
        {
            pool.Dispose();
        }
    }
}
