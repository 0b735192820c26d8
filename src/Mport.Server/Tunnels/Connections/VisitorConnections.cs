using System.Collections.Concurrent;
using System.Net;
using Mport.Server.Accounts;

namespace Mport.Server.Tunnels.Connections;

/// <summary>
/// The visitors who are with tunnels now. As many as the edge lets in, so it has no bound of its own. They are kept together and not by tunnel: each request of a
/// visitor comes and goes here, while somebody looks or ends one now and then. Thread-safe.
/// </summary>
internal sealed class VisitorConnections(TimeProvider time)
{
    private readonly ConcurrentDictionary<long, VisitorConnection> _all = new();
    private long _last;

    /// <summary>A visitor comes; to be disposed when it has gone.</summary>
    public VisitorConnection Enter(string tunnelId, TunnelProto proto, IPEndPoint visitor)
    {
        var number = Interlocked.Increment(ref _last);
        var connection = new VisitorConnection(this, number) { TunnelId = tunnelId, Proto = proto, Visitor = visitor, Since = time.GetUtcNow() };
        _all[number] = connection;
        return connection;
    }

    /// <summary>Those of a tunnel, in no order.</summary>
    public IEnumerable<VisitorConnection> Of(TunnelId tunnel) =>
        _all.Select(pair => pair.Value).Where(connection => connection.TunnelId == tunnel.Value);

    /// <summary>One of a tunnel; null when it has none of this id.</summary>
    public VisitorConnection? Find(TunnelId tunnel, string id) => Of(tunnel).FirstOrDefault(connection => connection.Id == id);

    /// <summary>Ends all of a tunnel.</summary>
    public void EndAll(TunnelId tunnel)
    {
        foreach (var connection in Of(tunnel))
        {
            connection.End();
        }
    }

    /// <summary>The visitor has gone.</summary>
    public void Remove(long number) => _all.TryRemove(number, out _);
}
