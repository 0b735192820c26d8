using Mport.Protocol.Carriers;
using Mport.Server.Hosting;

namespace Mport.Server.Tunnels.Udp;

/// <summary>The ways to the clients that serve a tunnel now: one for each carrier of each, opened when the first visitor needs it. Thread-safe.</summary>
internal sealed class UdpRoutes(UdpPort port, TunnelLink link, UdpShared shared, OwnedTasks tasks)
{
    // A client that refuses the stream is asked again at most so often, however many datagrams come.
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<UdpRoute> _routes = [];
    private bool _completed;

    /// <summary>The hold on the tunnel: of a session, or of a group of them.</summary>
    public TunnelLink Link => link;

    /// <summary>The way for a visitor: the same carrier for the same visitor while the carriers are the same; null when there is none now.</summary>
    public UdpRoute? Choose(UdpVisitor visitor)
    {
        if (link.Choose(visitor.Address.Address, []) is not { Carriers: { Count: > 0 } carriers } member)
        {
            return null;
        }

        var carrier = carriers[(int)((uint)visitor.Source.GetHashCode() % (uint)carriers.Count)];
        UdpRoute opened;
        lock (_gate)
        {
            if (_completed)
            {
                return null;
            }

            _routes.RemoveAll(route => route.EndedAt is { } ended && shared.Time.GetElapsedTime(ended) >= BetweenAttempts);
            if (_routes.Find(route => route.Carrier == carrier && route.Link == member) is { } known)
            {
                return known.IsUsable ? known : null;
            }

            opened = new UdpRoute(port, this, member, carrier, shared);
            _routes.Add(opened);
        }

        if (!tasks.TryRun(opened.RunAsync))
        {
            opened.Datagrams.Abandon();
            return null;
        }

        return opened;
    }

    /// <summary>Opens none any more; those that are open end in order.</summary>
    public void Complete()
    {
        List<UdpRoute> open;
        lock (_gate)
        {
            _completed = true;
            open = [.. _routes];
        }

        open.ForEach(route => route.Datagrams.Complete());
    }
}
