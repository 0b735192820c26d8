using Mport.Server.Edge.Sessions;
using Mport.Server.Tunnels.Groups;

namespace Mport.Server.Tunnels;

/// <summary>Who holds a tunnel at one moment. Immutable.</summary>
/// <param name="Public">What the public address stands for: the one holder's link, or the group's.</param>
/// <param name="Links">Each holder's own link.</param>
internal sealed record TunnelHolding(TunnelLink Public, IReadOnlyList<SessionTunnelLink> Links)
{
    /// <summary>Nobody holds it.</summary>
    public static IReadOnlyList<SessionIdentity> Nobody => [];

    /// <summary>The group in which it is held; null when one session holds it alone.</summary>
    public string? Group => (Public as GroupTunnelLink)?.Group;

    /// <summary>Who the holders are.</summary>
    public IReadOnlyList<SessionIdentity> Identities => [.. Links.Select(link => link.Session.Identity)];
}

/// <summary>What a wish for a tunnel has led to.</summary>
/// <param name="Decision">The decision; what follows is as it says.</param>
/// <param name="Now">Who holds the tunnel now.</param>
/// <param name="Before">Who held it before; null when nobody did.</param>
/// <param name="Lost">The links that lost it.</param>
internal sealed record TunnelHoldOutcome(TunnelHoldDecision Decision, TunnelHolding? Now, TunnelHolding? Before, IReadOnlyList<SessionTunnelLink> Lost);
