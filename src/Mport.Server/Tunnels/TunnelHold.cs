using Mport.Server.Edge.Sessions;

namespace Mport.Server.Tunnels;

/// <summary>
/// Who may hold a tunnel when somebody holds it already (docs/decisions: tunnel names and takeover). Pure. Another account never comes this far:
/// a tunnel is looked up by account and name.
/// </summary>
internal static class TunnelHold
{
    /// <summary>Decides between the session that holds a tunnel and one that wants it.</summary>
    public static TunnelHoldDecision Decide(SessionIdentity? holder, SessionIdentity newcomer, bool takeover)
    {
        if (holder is null)
        {
            return TunnelHoldDecision.Open;
        }

        if (holder.Id == newcomer.Id)
        {
            return TunnelHoldDecision.OpenInThisSession;
        }

        if (newcomer.Generation < holder.Generation)
        {
            // An old session that had not heard of its end yet: it does not fight back.
            return TunnelHoldDecision.Fenced;
        }

        return holder.ClientId == newcomer.ClientId || takeover ? TunnelHoldDecision.TakeOver : TunnelHoldDecision.HeldElsewhere;
    }
}

/// <summary>What becomes of a wish for a tunnel.</summary>
internal enum TunnelHoldDecision
{
    /// <summary>Nobody holds it.</summary>
    Open,

    /// <summary>The newcomer gets it, the holder loses it.</summary>
    TakeOver,

    /// <summary>A client on another machine keeps it.</summary>
    HeldElsewhere,

    /// <summary>The newcomer's own session has it open.</summary>
    OpenInThisSession,

    /// <summary>A newer session of the newcomer's account keeps it.</summary>
    Fenced,
}
