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
    private readonly ConcurrentDictionary<string, VisitorConnection> _byId = new(StringComparer.Ordinal);

    /// <summary>A visitor comes; to be disposed when it has gone.</summary>
    public VisitorConnection Enter(string tunnelId, TunnelProto proto, IPEndPoint visitor)
    {
        var connection = new VisitorConnection(this, tunnelId, proto, visitor, time);
        _byId[connection.Id] = connection;
        return connection;
    }

    /// <summary>Those of a tunnel, in no order.</summary>
    public IEnumerable<VisitorConnection> Of(TunnelId tunnel) =>
        _byId.Select(pair => pair.Value).Where(connection => connection.TunnelId == tunnel.Value);

    /// <summary>One of a tunnel; null when it has none of this id.</summary>
    public VisitorConnection? Find(TunnelId tunnel, string id) =>
        _byId.TryGetValue(id, out var connection) && connection.TunnelId == tunnel.Value ? connection : null;

    /// <summary>Ends all of a tunnel.</summary>
    public void EndAll(TunnelId tunnel)
    {
        foreach (var connection in Of(tunnel))
        {
            connection.End();
        }
    }

    /// <summary>The visitor has gone.</summary>
    public void Remove(VisitorConnection connection) => _byId.TryRemove(connection.Id, out _);
}
