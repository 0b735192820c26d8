using System.Diagnostics;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Edge.Sessions;
using Mport.Server.Policy;

namespace Mport.Server.Tunnels;

/// <summary>Why a session does not get a tunnel, or has it no more, in words for its user. Pure.</summary>
internal static class TunnelRefusals
{
    /// <summary>The failure of a decision; null when the session may have the tunnel.</summary>
    public static Failure? Of(TunnelHoldDecision decision, OpenTunnel open, TunnelHolding? holding) => decision switch
    {
        TunnelHoldDecision.Open or TunnelHoldDecision.TakeOver or TunnelHoldDecision.Join => null,
        TunnelHoldDecision.OpenInThisSession => Failure.Of(
            TunnelErrors.TunnelHeld, $"This client has a tunnel named {open.Name} open already."),
        TunnelHoldDecision.Fenced => Failure.Of(
            TunnelErrors.TunnelTakenOver, $"A newer client of this machine has the tunnel {open.Name}."),
        TunnelHoldDecision.HeldElsewhere => Failure.Of(
            TunnelErrors.TunnelHeld, $"The tunnel {open.Name} is open on {Holders(holding)}{InGroup(holding)}."),
        TunnelHoldDecision.GroupFull => Failure.Of(
            TunnelErrors.GroupFull, $"The group {open.Group} has {holding?.Links.Count} members, the most that one may have."),
        _ => throw new UnreachableException(),
    };

    /// <summary>The failure of a wish for an address, or for rules, that are not the group's; null when they agree.</summary>
    public static Failure? OfOtherAddress(TunnelRecord group, DeclaredPolicy? groupPolicy, OpenTunnel open, TunnelProto proto, DeclaredPolicy? policy)
    {
        var differs = group.Proto != proto ? $"is a {group.Proto.ToText()} tunnel, not {proto.ToText()}"
            : open.RemotePort is { } port && port != group.Port ? $"has port {group.Port}, not {port}"
            : open.Path is { } path && path.TrimEnd('/') != group.Path ? $"has the path {(group.Path.Length == 0 ? "/" : group.Path)}, not {path}"
            : open.Domains?.FirstOrDefault(domain => !group.Hosts.Names.Contains(domain, StringComparer.OrdinalIgnoreCase)) is { } domain ? $"does not have the domain {domain}"
            : open.Subdomain is { } subdomain && !subdomain.Equals(group.Subdomain, StringComparison.OrdinalIgnoreCase) ? $"has the subdomain {group.Subdomain}, not {subdomain}"
            : policy?.Fingerprint != groupPolicy?.Fingerprint ? "has other rules in front of it: each member gives the same policy"
            : null;
        return differs is null ? null : Failure.Of(TunnelErrors.GroupMismatch, $"The tunnel {group.Name} of the group {open.Group} {differs}.");
    }

    /// <summary>What a session is told that lost its tunnel.</summary>
    public static TunnelClosed TellLoser(SessionTunnelLink loser, SessionIdentity winner)
    {
        var failure = Failure.Of(TunnelErrors.TunnelTakenOver, $"The tunnel {loser.Name} was taken over by a newer client on {Where(winner)}.");
        return new TunnelClosed { Number = loser.Number, Code = failure.Code.ToString(), Text = failure.Text, Retry = false };
    }

    private static string Where(SessionIdentity session) => $"{session.Host ?? "an unnamed machine"} ({session.Remote.Address})";

    private static string Holders(TunnelHolding? holding) => holding is null ? "another machine" : string.Join(" and ", holding.Identities.Take(3).Select(Where));

    private static string InGroup(TunnelHolding? holding) => holding?.Group is { } group ? $", in the group {group}: give --group {group} to share it" : "";
}
