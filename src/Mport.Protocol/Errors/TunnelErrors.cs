namespace Mport.Protocol.Errors;

/// <summary>Names, ports and who holds them: 12xx.</summary>
public static class TunnelErrors
{
    /// <summary>The name cannot be used.</summary>
    public static ErrorDescription NameInvalid { get; } = new()
    {
        Code = new(1201),
        Title = "The name cannot be used",
        Why = "A tunnel or subdomain name has 1 to 63 characters: a-z, 0-9 and hyphens, not at an end.",
        Fix = "Choose another name.",
    };

    /// <summary>The name is reserved.</summary>
    public static ErrorDescription NameReserved { get; } = new()
    {
        Code = new(1202),
        Title = "The name is reserved",
        Why = "The edge keeps this name for itself or forbids it.",
        Fix = "Choose another name.",
    };

    /// <summary>The name belongs to another account.</summary>
    public static ErrorDescription NameTaken { get; } = new()
    {
        Code = new(1203),
        Title = "The name belongs to another account",
        Why = "Somebody else on this edge has this subdomain.",
        Fix = "Choose another --subdomain.",
    };

    /// <summary>The tunnel is open on another machine.</summary>
    public static ErrorDescription TunnelHeld { get; } = new()
    {
        Code = new(1204),
        Title = "The tunnel is open on another machine",
        Why = "A client of your account on another machine holds a tunnel of this name.",
        Fix = "Stop it there, give --takeover to move it here, or give this one another --name.",
    };

    /// <summary>The tunnel was taken over.</summary>
    public static ErrorDescription TunnelTakenOver { get; } = new()
    {
        Code = new(1205),
        Title = "The tunnel was taken over",
        Why = "A newer client of your account opened the same tunnel.",
        Fix = "Nothing, if that was you; else give one of them another --name.",
    };

    /// <summary>The port is outside the edge's range.</summary>
    public static ErrorDescription PortOutOfRange { get; } = new()
    {
        Code = new(1206),
        Title = "The port is outside the edge's range",
        Why = "The edge gives public ports only from its configured range.",
        Fix = "Ask for a port in the range that the message names, or for none.",
    };

    /// <summary>The port is taken.</summary>
    public static ErrorDescription PortTaken { get; } = new()
    {
        Code = new(1207),
        Title = "The port is taken",
        Why = "Another tunnel or another program on the edge uses this public port.",
        Fix = "Ask for another --remote-port, or for none.",
    };

    /// <summary>The edge has no free port left.</summary>
    public static ErrorDescription NoPortFree { get; } = new()
    {
        Code = new(1208),
        Title = "The edge has no free port left",
        Why = "All public ports of the edge's range belong to tunnels.",
        Fix = "Ask the edge's operator to widen the range or remove unused tunnels.",
    };

    /// <summary>Too many tunnels.</summary>
    public static ErrorDescription TooManyTunnels { get; } = new()
    {
        Code = new(1209),
        Title = "Too many tunnels",
        Why = "The session or the account has as many tunnels as the edge allows.",
        Fix = "Close a tunnel that is not needed.",
    };

    /// <summary>The edge does not offer this kind of tunnel.</summary>
    public static ErrorDescription ProtocolNotOffered { get; } = new()
    {
        Code = new(1210),
        Title = "The edge does not offer this kind of tunnel",
        Why = "The edge is of a version or configuration without it.",
        Fix = "Use another kind of tunnel, or ask the edge's operator.",
    };

    /// <summary>The edge closed the tunnel.</summary>
    public static ErrorDescription TunnelClosedByEdge { get; } = new()
    {
        Code = new(1211),
        Title = "The edge closed the tunnel",
        Why = "An operator or the edge itself closed it.",
        Fix = "See the text for the reason; start it again if you may.",
    };

    /// <summary>The group's tunnel has another address.</summary>
    public static ErrorDescription GroupMismatch { get; } = new()
    {
        Code = new(1225),
        Title = "The group's tunnel has another address",
        Why = "All members of a group share one public address, which its first member settles; this one asked for another kind, port or subdomain.",
        Fix = "Leave --remote-port or --subdomain out or give the group's, or choose another --group or --name.",
    };

    /// <summary>The group has no room.</summary>
    public static ErrorDescription GroupFull { get; } = new()
    {
        Code = new(1226),
        Title = "The group has no room for another client",
        Why = "As many clients as may share one tunnel do so already.",
        Fix = "Stop one of them, or give this one another --group.",
    };

    /// <summary>Too many sessions.</summary>
    public static ErrorDescription TooManySessions { get; } = new()
    {
        Code = new(1235),
        Title = "Too many sessions",
        Why = "The account has as many connected clients as the edge allows one account.",
        Fix = "Stop a client that is not needed: this one tries again. If you operate the edge, see --max-sessions-per-account.",
    };

    /// <summary>A quota is used up.</summary>
    public static ErrorDescription QuotaReached { get; } = new()
    {
        Code = new(1250),
        Title = "A quota is used up",
        Why = "The tunnel, its token or its account has had as much traffic as it may have today or this month, or has as many visitors as it may have at one time.",
        Fix = "Wait until the quota begins anew: at midnight UTC, or on the first of the month. If it is your tunnel, see `GET /api/v1/quotas`, and ask the edge's operator for more.",
    };

    /// <summary>A quota on tunnels, names or ports leaves no room.</summary>
    public static ErrorDescription QuotaFull { get; } = new()
    {
        Code = new(1251),
        Title = "The account may have no more of these",
        Why = "The account has as many tunnels, subdomains or ports as its quota allows, tunnels that are not open now included.",
        Fix = "Open one of those that exist under its own --name, delete one that is not needed, or ask the edge's operator for more.",
    };

    /// <summary>A quota is nearly used up.</summary>
    public static ErrorDescription QuotaNear { get; } = new()
    {
        Code = new(1252),
        Title = "A quota is nearly used up",
        Why = "The tunnel, its token or its account has had more than 80 or 95 % of what it may have today or this month.",
        Fix = "Nothing yet. When all of it is used up, visitors are turned away or slowed down until it begins anew; ask the edge's operator for more if that is too early.",
    };

    /// <summary>A datagram was too large.</summary>
    public static ErrorDescription DatagramTooLarge { get; } = new()
    {
        Code = new(1220),
        Title = "A datagram was too large",
        Why = "The network on the way to the target takes no datagram of this size, not even in pieces.",
        Fix = "Let the application send smaller datagrams; 1,200 bytes pass almost everywhere.",
    };

    internal static ErrorDescription[] All { get; } = [NameInvalid, NameReserved, NameTaken, TunnelHeld, TunnelTakenOver, PortOutOfRange, PortTaken, NoPortFree, TooManyTunnels, ProtocolNotOffered, TunnelClosedByEdge, DatagramTooLarge, GroupMismatch, GroupFull, TooManySessions, QuotaReached, QuotaFull, QuotaNear];
}
