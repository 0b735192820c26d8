using System.Globalization;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Events;

namespace Mport.Server.Edge.Sessions;

/// <summary>What sessions and their tunnels write to the event log.</summary>
internal static class SessionEvents
{
    /// <summary>A client connected.</summary>
    public static EdgeEvent Started(SessionIdentity identity) => Of(EventKinds.SessionStarted, identity, SubjectOf(identity)) with
    {
        After = new Dictionary<string, string?> { ["client"] = identity.ClientId, ["host"] = identity.Host },
    };

    /// <summary>A client is gone.</summary>
    public static EdgeEvent Ended(SessionIdentity identity, Failure reason) => Of(EventKinds.SessionEnded, identity, SubjectOf(identity)) with
    {
        Code = reason.Code.ToString(),
        Reason = reason.Text,
    };

    /// <summary>A tunnel works.</summary>
    public static EdgeEvent TunnelOpened(SessionIdentity identity, string tunnelId, string name, string url) =>
        Of(EventKinds.TunnelOpened, identity, new EventSubject("tunnel", tunnelId, name)) with
        {
            After = new Dictionary<string, string?> { ["session"] = identity.Id, ["url"] = url },
        };

    /// <summary>A tunnel no longer works through this session.</summary>
    public static EdgeEvent TunnelClosed(SessionIdentity identity, string tunnelId, string name, string reason) =>
        Of(EventKinds.TunnelClosed, identity, new EventSubject("tunnel", tunnelId, name)) with
        {
            Before = new Dictionary<string, string?> { ["session"] = identity.Id },
            Reason = reason,
        };

    /// <summary>A tunnel was made, or its address changed, because a client wanted it so.</summary>
    public static EdgeEvent? TunnelClaimed(SessionIdentity identity, TunnelClaimResult.Claimed claimed)
    {
        if (claimed.Before == claimed.Tunnel)
        {
            return null;
        }

        var kind = claimed.Before is null ? EventKinds.TunnelCreated : EventKinds.TunnelChanged;
        return Of(kind, identity, EventSubject.Of(claimed.Tunnel.Id, claimed.Tunnel.Name)) with
        {
            Before = claimed.Before is { } before ? AddressOf(before) : null,
            After = AddressOf(claimed.Tunnel),
        };
    }

    private static EdgeEvent Of(EventKind kind, SessionIdentity identity, EventSubject subject) => new()
    {
        Kind = kind,
        Actor = EventActor.OfToken(identity.TokenId, identity.Email, identity.Remote.Address),
        AccountId = identity.UserId,
        Subject = subject,
    };

    private static EventSubject SubjectOf(SessionIdentity identity) => new("session", identity.Id, identity.Host);

    private static Dictionary<string, string?> AddressOf(TunnelRecord tunnel) => new()
    {
        ["proto"] = tunnel.Proto.ToText(),
        ["subdomain"] = tunnel.Subdomain,
        ["domains"] = tunnel.Hosts.Names.Count == 0 ? null : tunnel.Hosts.ToString(),
        ["path"] = tunnel.Path.Length == 0 ? null : tunnel.Path,
        ["port"] = tunnel.Port?.ToString(CultureInfo.InvariantCulture),
    };
}
