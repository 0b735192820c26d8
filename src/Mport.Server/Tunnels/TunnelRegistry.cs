using Mport.Server.Accounts;
using Mport.Server.Tunnels.Groups;

namespace Mport.Server.Tunnels;

/// <summary>Which sessions hold which tunnel now. Thread-safe; what is decided and what is done about it are one step.</summary>
internal sealed class TunnelRegistry
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(TunnelOwner Owner, string Name), TunnelHolding> _byName = [];
    private readonly HashSet<TunnelId> _openIds = [];

    /// <summary>Whether a session holds the tunnel.</summary>
    public bool IsOpen(TunnelId id)
    {
        lock (_gate)
        {
            return _openIds.Contains(id);
        }
    }

    /// <summary>The tunnels that sessions hold now.</summary>
    public IReadOnlyCollection<TunnelId> OpenIds()
    {
        lock (_gate)
        {
            return [.. _openIds];
        }
    }

    /// <summary>The holds on teams' tunnels.</summary>
    public IReadOnlyList<SessionTunnelLink> OfTeams()
    {
        lock (_gate)
        {
            return [.. _byName.Where(pair => pair.Key.Owner.Team is not null).SelectMany(pair => pair.Value.Links)];
        }
    }

    /// <summary>Who holds the owner's tunnel of this name; null when nobody does.</summary>
    public TunnelHolding? Find(TunnelOwner owner, string name)
    {
        lock (_gate)
        {
            return _byName.GetValueOrDefault((owner, name));
        }
    }

    /// <summary>Gives the tunnel to the link's session if it may have it, alone or in its group.</summary>
    /// <param name="link">The link.</param>
    /// <param name="newcomer">The link's session, and how it wants the tunnel.</param>
    /// <param name="sticky">Whether it wants a visitor to stay with one member.</param>
    public TunnelHoldOutcome TryHold(SessionTunnelLink link, TunnelNewcomer newcomer, bool sticky)
    {
        var key = (link.Owner, link.Name);
        lock (_gate)
        {
            var before = _byName.GetValueOrDefault(key);
            var decision = TunnelHold.Decide(before?.Group, before?.Identities ?? TunnelHolding.Nobody, newcomer);
            switch (decision)
            {
                case TunnelHoldDecision.Open:
                case TunnelHoldDecision.TakeOver:
                    _openIds.ExceptWith(before?.Links.Select(lost => lost.Tunnel.Id) ?? []);
                    _openIds.Add(link.Tunnel.Id);
                    var alone = _byName[key] = First(link, newcomer, sticky);
                    return new TunnelHoldOutcome(decision, alone, before, before?.Links ?? []);
                case TunnelHoldDecision.Join when before is { Public: GroupTunnelLink group }:
                    // A process has one place in the group: that of its newest session.
                    var lost = before.Links.Where(known => known.Session.Identity.Instance == newcomer.Session.Instance).ToList();
                    lost.ForEach(group.Remove);
                    group.Add(link, newcomer.Session.Instance, sticky);
                    var shared = _byName[key] = before with { Links = [.. before.Links.Except(lost), link] };
                    return new TunnelHoldOutcome(decision, shared, before, lost);
                default:
                    return new TunnelHoldOutcome(decision, before, before, []);
            }
        }
    }

    /// <summary>The link's session gives the tunnel up; gives who held it until then, or null when the link does not hold it.</summary>
    /// <param name="link">The link.</param>
    /// <param name="left">Who holds the tunnel now; null when nobody does.</param>
    public TunnelHolding? Release(SessionTunnelLink link, out TunnelHolding? left)
    {
        var key = (link.Owner, link.Name);
        left = null;
        lock (_gate)
        {
            if (_byName.GetValueOrDefault(key) is not { } before || !before.Links.Contains(link))
            {
                return null;
            }

            (before.Public as GroupTunnelLink)?.Remove(link);
            if (before.Links.Count > 1)
            {
                left = _byName[key] = before with { Links = [.. before.Links.Where(known => known != link)] };
                return before;
            }

            _byName.Remove(key);
            _openIds.Remove(link.Tunnel.Id);
            return before;
        }
    }

    private static TunnelHolding First(SessionTunnelLink link, TunnelNewcomer newcomer, bool sticky)
    {
        if (newcomer.Group is not { } name)
        {
            return new TunnelHolding(link, [link]);
        }

        var group = new GroupTunnelLink(link.Tunnel, newcomer.Session.UserId, name) { Policy = link.Policy };
        group.Add(link, newcomer.Session.Instance, sticky);
        return new TunnelHolding(group, [link]);
    }
}
