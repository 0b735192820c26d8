using Mport.Server.Edge.Sessions;
using Mport.Server.Tunnels.Groups;

namespace Mport.Server.Tunnels;

/// <summary>
/// Who may hold a tunnel when somebody holds it already (docs/decisions: tunnel names and takeover, groups). Pure. A stranger never comes this
/// far: a tunnel is looked up by its owner, an account or a team of it, and name.
/// </summary>
internal static class TunnelHold
{
    /// <summary>Decides between the sessions that hold a tunnel and one that wants it.</summary>
    /// <param name="group">The group in which it is held; null when one session holds it alone.</param>
    /// <param name="holders">Who holds it: nobody, one session, or the members of the group.</param>
    /// <param name="newcomer">Who wants it, and how.</param>
    public static TunnelHoldDecision Decide(string? group, IReadOnlyList<SessionIdentity> holders, TunnelNewcomer newcomer)
    {
        var session = newcomer.Session;
        if (holders.Count == 0)
        {
            return TunnelHoldDecision.Open;
        }

        if (holders.Any(holder => holder.Id == session.Id))
        {
            return TunnelHoldDecision.OpenInThisSession;
        }

        if (group is not null && group == newcomer.Group)
        {
            // Of one process the newer session counts; different processes are in no order.
            return holders.Any(holder => holder.Instance == session.Instance && holder.Generation > session.Generation)
                ? TunnelHoldDecision.Fenced
                : holders.Count(holder => holder.Instance != session.Instance) >= GroupTunnelLink.MaxMembers ? TunnelHoldDecision.GroupFull : TunnelHoldDecision.Join;
        }

        if (holders.Any(holder => holder.Generation > session.Generation))
        {
            // An old session that had not heard of its end yet: it does not fight back.
            return TunnelHoldDecision.Fenced;
        }

        // One machine needs not ask itself; the members of a group on other machines must not lose it to a process that merely has the same name.
        return newcomer.Takeover || holders.All(holder => holder.ClientId == session.ClientId) ? TunnelHoldDecision.TakeOver : TunnelHoldDecision.HeldElsewhere;
    }
}

/// <summary>A session that wants a tunnel.</summary>
/// <param name="Session">Who it is.</param>
/// <param name="Takeover">Whether it wants it from another machine.</param>
/// <param name="Group">The group in which it would share it; null when it wants it alone.</param>
internal sealed record TunnelNewcomer(SessionIdentity Session, bool Takeover, string? Group);

/// <summary>What becomes of a wish for a tunnel.</summary>
internal enum TunnelHoldDecision
{
    /// <summary>Nobody holds it.</summary>
    Open,

    /// <summary>The newcomer shares it with its group.</summary>
    Join,

    /// <summary>The newcomer gets it, the holders lose it.</summary>
    TakeOver,

    /// <summary>A client on another machine keeps it.</summary>
    HeldElsewhere,

    /// <summary>The newcomer's own session has it open.</summary>
    OpenInThisSession,

    /// <summary>A newer session of the newcomer's account keeps it.</summary>
    Fenced,

    /// <summary>The newcomer's group has as many members as it may have.</summary>
    GroupFull,
}
