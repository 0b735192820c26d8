namespace Mport.Protocol.Errors;

/// <summary>What a visitor of a public address meets: 30xx.</summary>
public static class VisitorErrors
{
    /// <summary>No tunnel has this address.</summary>
    public static ErrorDescription UnknownHost { get; } = new()
    {
        Code = new(3001),
        Title = "No tunnel has this address",
        Why = "The name is not in use on this edge, or is mistyped.",
        Fix = "Check the address. If the tunnel is yours, look at the URL that mport prints.",
    };

    /// <summary>The tunnel is offline.</summary>
    public static ErrorDescription ClientAway { get; } = new()
    {
        Code = new(3002),
        Title = "The tunnel is offline",
        Why = "The address belongs to a tunnel whose client is not connected at the moment.",
        Fix = "Try again in a while. If it is yours, start it: mport http PORT.",
    };

    /// <summary>The local service does not answer.</summary>
    public static ErrorDescription TargetDown { get; } = new()
    {
        Code = new(3003),
        Title = "The local service does not answer",
        Why = "The tunnel is up, but the service behind it refused or dropped the connection.",
        Fix = "If it is yours, start the local service and check its port.",
    };

    /// <summary>The local service took too long.</summary>
    public static ErrorDescription TargetSlow { get; } = new()
    {
        Code = new(3004),
        Title = "The local service took too long",
        Why = "The tunnel is up, but the service behind it did not answer in time.",
        Fix = "Try again. If it is yours, look at the local service.",
    };

    /// <summary>The local service did not speak HTTP.</summary>
    public static ErrorDescription NotHttp { get; } = new()
    {
        Code = new(3005),
        Title = "The local service did not speak HTTP",
        Why = "The tunnel is up, but what came back is not an HTTP response.",
        Fix = "If it is yours, check that the target is a web server, or use mport tcp.",
    };

    /// <summary>The request is not valid.</summary>
    public static ErrorDescription BadRequest { get; } = new()
    {
        Code = new(3006),
        Title = "The request is not valid",
        Why = "It breaks the rules of HTTP in a way that servers understand differently.",
        Fix = "Correct the client that made it.",
    };

    /// <summary>The method is not carried.</summary>
    public static ErrorDescription MethodRefused { get; } = new()
    {
        Code = new(3007),
        Title = "The method is not carried",
        Why = "TRACE and CONNECT are not carried by this edge.",
        Fix = "Use another method.",
    };

    /// <summary>The tunnel takes no more connections.</summary>
    public static ErrorDescription TunnelBusy { get; } = new()
    {
        Code = new(3008),
        Title = "The tunnel takes no more connections",
        Why = "As many connections as allowed are open.",
        Fix = "Try again in a moment.",
    };

    /// <summary>Nothing is at this path of the edge itself.</summary>
    public static ErrorDescription UnknownPath { get; } = new()
    {
        Code = new(3009),
        Title = "Nothing is at this path",
        Why = "The address is the edge's own, not a tunnel's, and the edge has nothing there.",
        Fix = "Check the address. A tunnel's address is the one that mport prints.",
    };

    /// <summary>The local service is not well.</summary>
    public static ErrorDescription TargetIll { get; } = new()
    {
        Code = new(3018),
        Title = "The local service is not well",
        Why = "The tunnel is up, but the health check of its owner finds the service behind it ill, or each of the services that share the address.",
        Fix = "Try again in a while. If it is yours, look at the local service and at what its health check asks.",
    };

    /// <summary>The owner of the tunnel has as many connections as one account may have.</summary>
    public static ErrorDescription AccountBusy { get; } = new()
    {
        Code = new(3015),
        Title = "The owner of this tunnel has too many connections",
        Why = "All tunnels of its account together have as many connections as the edge allows one account.",
        Fix = "Try again in a moment. If you operate the edge, see --max-visitors-per-account.",
    };

    /// <summary>The visitor's address has too many connections.</summary>
    public static ErrorDescription VisitorBusy { get; } = new()
    {
        Code = new(3016),
        Title = "Too many connections from your address",
        Why = "Your address, or the network that it belongs to, has as many connections as the edge allows one.",
        Fix = "Close some, or try again in a moment. If you operate the edge, see --max-visitors-per-address.",
    };

    /// <summary>The edge has no room for more.</summary>
    public static ErrorDescription EdgeBusy { get; } = new()
    {
        Code = new(3017),
        Title = "The edge takes no more connections at the moment",
        Why = "It has as many as it allows, or what others do not read has nearly used up its memory for buffers.",
        Fix = "Try again in a moment. If you operate the edge, see docs/limits.md.",
    };

    /// <summary>A request came on another host's connection.</summary>
    public static ErrorDescription Misdirected { get; } = new()
    {
        Code = new(3030),
        Title = "The request came on another host's connection",
        Why = "The TLS connection was opened for a host of another tunnel than the one that the request names.",
        Fix = "Open a connection of its own for each host; browsers do so by themselves after this answer.",
    };

    /// <summary>The address takes TLS alone.</summary>
    public static ErrorDescription TlsOnly { get; } = new()
    {
        Code = new(3031),
        Title = "This address takes TLS alone",
        Why = "The tunnel passes TLS through to its target, so nothing can be had from it in plain HTTP.",
        Fix = "Use https:// and the edge's TLS port.",
    };

    internal static ErrorDescription[] All { get; } = [UnknownHost, ClientAway, TargetDown, TargetSlow, NotHttp, BadRequest, MethodRefused, TunnelBusy, UnknownPath, AccountBusy, VisitorBusy, EdgeBusy, TargetIll, Misdirected, TlsOnly];
}
