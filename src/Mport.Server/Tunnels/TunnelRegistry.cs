using Mport.Server.Accounts;
using Mport.Server.Edge.Sessions;

namespace Mport.Server.Tunnels;

/// <summary>Which session holds which tunnel now. Thread-safe; what is decided and what is done about it are one step.</summary>
internal sealed class TunnelRegistry
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(UserId UserId, string Name), SessionTunnelLink> _byName = [];
    private readonly Dictionary<TunnelId, SessionTunnelLink> _byId = [];

    /// <summary>Whether a session holds the tunnel.</summary>
    public bool IsOpen(TunnelId id)
    {
        lock (_gate)
        {
            return _byId.ContainsKey(id);
        }
    }

    /// <summary>The tunnels that sessions hold now.</summary>
    public IReadOnlyCollection<TunnelId> OpenIds()
    {
        lock (_gate)
        {
            return [.. _byId.Keys];
        }
    }

    /// <summary>Who holds the account's tunnel of this name; null when nobody does.</summary>
    public SessionTunnelLink? Find(UserId userId, string name)
    {
        lock (_gate)
        {
            return _byName.GetValueOrDefault((userId, name));
        }
    }

    /// <summary>Gives the tunnel to the link's session if it may have it; <paramref name="before"/> is then the link that lost it, else the one that keeps it.</summary>
    public TunnelHoldDecision TryHold(SessionTunnelLink link, bool takeover, out SessionTunnelLink? before)
    {
        var key = (link.Session.Identity.UserId, link.Name);
        lock (_gate)
        {
            before = _byName.GetValueOrDefault(key);
            var decision = TunnelHold.Decide(before?.Session.Identity, link.Session.Identity, takeover);
            if (decision is TunnelHoldDecision.Open or TunnelHoldDecision.TakeOver)
            {
                if (before is not null)
                {
                    _byId.Remove(before.Tunnel.Id);
                }

                _byName[key] = link;
                _byId[link.Tunnel.Id] = link;
            }

            return decision;
        }
    }

    /// <summary>The link's session gives the tunnel up; false when another link has taken its place.</summary>
    public bool Release(SessionTunnelLink link)
    {
        var key = (link.Session.Identity.UserId, link.Name);
        lock (_gate)
        {
            if (_byName.GetValueOrDefault(key) != link)
            {
                return false;
            }

            _byName.Remove(key);
            _byId.Remove(link.Tunnel.Id);
            return true;
        }
    }
}
