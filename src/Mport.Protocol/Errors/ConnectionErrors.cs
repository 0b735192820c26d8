namespace Mport.Protocol.Errors;

/// <summary>Reaching the edge and the target: 13xx.</summary>
public static class ConnectionErrors
{
    /// <summary>The edge cannot be reached.</summary>
    public static ErrorDescription EdgeUnreachable { get; } = new()
    {
        Code = new(1301),
        Title = "The edge cannot be reached",
        Why = "Nothing answered at its address: it is down, the address is wrong, or a firewall is between.",
        Fix = "Check the address and the network; `mport doctor` tests each step.",
    };

    /// <summary>The edge's name cannot be resolved.</summary>
    public static ErrorDescription NameNotResolved { get; } = new()
    {
        Code = new(1302),
        Title = "The edge's name cannot be resolved",
        Why = "DNS has no address for it, or DNS itself does not answer.",
        Fix = "Check the spelling and the network's DNS.",
    };

    /// <summary>The edge's certificate is not the pinned one.</summary>
    public static ErrorDescription PinMismatch { get; } = new()
    {
        Code = new(1303),
        Title = "The edge's certificate is not the pinned one",
        Why = "Either the edge has a new certificate, or somebody is between you and it.",
        Fix = "If the operator confirms a new certificate, log in again with its --pin; else do not go on.",
    };

    /// <summary>The edge's certificate cannot be verified.</summary>
    public static ErrorDescription CertificateUntrusted { get; } = new()
    {
        Code = new(1304),
        Title = "The edge's certificate cannot be verified",
        Why = "It is not from a trusted authority, is expired, or is for another name, and no pin is set.",
        Fix = "Log in with the --pin that the edge printed at its first start.",
    };

    /// <summary>What answers is not an edge.</summary>
    public static ErrorDescription NotAnEdge { get; } = new()
    {
        Code = new(1305),
        Title = "What answers is not an edge",
        Why = "The other side does not speak the mport/1 protocol over TLS 1.3.",
        Fix = "Check the port: it is the edge's TLS port, 8443 by default.",
    };

    /// <summary>The connection to the edge was lost.</summary>
    public static ErrorDescription ConnectionLost { get; } = new()
    {
        Code = new(1306),
        Title = "The connection to the edge was lost",
        Why = "The network changed, or the edge went away.",
        Fix = "Nothing: the client reconnects by itself.",
    };

    /// <summary>The target refuses connections.</summary>
    public static ErrorDescription TargetRefused { get; } = new()
    {
        Code = new(1307),
        Title = "The target refuses connections",
        Why = "Nothing listens at the target's address.",
        Fix = "Start the local service, or correct the target.",
    };

    /// <summary>The target does not answer.</summary>
    public static ErrorDescription TargetTimedOut { get; } = new()
    {
        Code = new(1308),
        Title = "The target does not answer",
        Why = "The connection to it was neither accepted nor refused in time.",
        Fix = "Check the target's address and any firewall before it.",
    };

    /// <summary>The target cannot be reached.</summary>
    public static ErrorDescription TargetUnreachable { get; } = new()
    {
        Code = new(1309),
        Title = "The target cannot be reached",
        Why = "Its name cannot be resolved, or no route leads to it.",
        Fix = "Correct the target.",
    };

    /// <summary>The edge asked for a target that is not configured.</summary>
    public static ErrorDescription TargetForbidden { get; } = new()
    {
        Code = new(1310),
        Title = "The edge asked for a target that is not configured",
        Why = "The client connects only to targets of its own configuration.",
        Fix = "Nothing, if it happens once; else do not trust this edge.",
    };

    /// <summary>The client has no room for another connection.</summary>
    public static ErrorDescription ClientOverloaded { get; } = new()
    {
        Code = new(1311),
        Title = "The client has no room for another connection",
        Why = "As many streams as allowed are open, or the machine has no sockets left.",
        Fix = "Wait until connections end, or raise the limit.",
    };

    /// <summary>The tunnel was not ready in time.</summary>
    public static ErrorDescription WaitElapsed { get; } = new()
    {
        Code = new(1312),
        Title = "The tunnel was not ready in time",
        Why = "The time given with --wait is over.",
        Fix = "See the lines before for what it waited on.",
    };

    internal static ErrorDescription[] All { get; } = [EdgeUnreachable, NameNotResolved, PinMismatch, CertificateUntrusted, NotAnEdge, ConnectionLost, TargetRefused, TargetTimedOut, TargetUnreachable, TargetForbidden, ClientOverloaded, WaitElapsed];
}
