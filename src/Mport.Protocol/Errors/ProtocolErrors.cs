namespace Mport.Protocol.Errors;

/// <summary>Two programs that do not understand each other: 14xx.</summary>
public static class ProtocolErrors
{
    /// <summary>The versions of client and edge do not fit.</summary>
    public static ErrorDescription VersionUnsupported { get; } = new()
    {
        Code = new(1401),
        Title = "The versions of client and edge do not fit",
        Why = "They share no version of the protocol.",
        Fix = "Update the side that the message names.",
    };

    /// <summary>The greeting is not valid.</summary>
    public static ErrorDescription MalformedHello { get; } = new()
    {
        Code = new(1402),
        Title = "The greeting is not valid",
        Why = "The first message of a carrier is not a Hello of this protocol.",
        Fix = "Update the client; if you wrote it, see docs/protocol.md.",
    };

    /// <summary>The greeting did not come in time.</summary>
    public static ErrorDescription HandshakeTimeout { get; } = new()
    {
        Code = new(1403),
        Title = "The greeting did not come in time",
        Why = "A carrier has 10 s from accept to Welcome.",
        Fix = "Check the network between client and edge.",
    };

    /// <summary>A frame is not valid.</summary>
    public static ErrorDescription FrameInvalid { get; } = new()
    {
        Code = new(1404),
        Title = "A frame is not valid",
        Why = "The other side sent a header or a length that the protocol does not allow.",
        Fix = "Update both sides; report it if it happens again.",
    };

    /// <summary>More data came than the window allows.</summary>
    public static ErrorDescription WindowExceeded { get; } = new()
    {
        Code = new(1405),
        Title = "More data came than the window allows",
        Why = "The other side ignored flow control.",
        Fix = "Update both sides; report it if it happens again.",
    };

    /// <summary>The other side floods the carrier.</summary>
    public static ErrorDescription PeerFloods { get; } = new()
    {
        Code = new(1406),
        Title = "The other side floods the carrier",
        Why = "It sent more control frames than any honest use needs, or does not read its answers.",
        Fix = "Update both sides; report it if it happens again.",
    };

    /// <summary>The other side is silent.</summary>
    public static ErrorDescription PeerSilent { get; } = new()
    {
        Code = new(1407),
        Title = "The other side is silent",
        Why = "Nothing came, or nothing was accepted, for 30 s.",
        Fix = "Check the network; the client reconnects by itself.",
    };

    /// <summary>The stream was reset.</summary>
    public static ErrorDescription StreamReset { get; } = new()
    {
        Code = new(1408),
        Title = "The stream was reset",
        Why = "One end of the connection was aborted.",
        Fix = "Nothing: this is how an aborted connection is passed on.",
    };

    /// <summary>The session has ended.</summary>
    public static ErrorDescription SessionClosed { get; } = new()
    {
        Code = new(1409),
        Title = "The session has ended",
        Why = "The edge or the client closed it.",
        Fix = "See the text for the reason.",
    };

    /// <summary>A control message is not valid.</summary>
    public static ErrorDescription ControlInvalid { get; } = new()
    {
        Code = new(1410),
        Title = "A control message is not valid",
        Why = "It is not JSON of a known form, or too long.",
        Fix = "Update both sides; report it if it happens again.",
    };

    /// <summary>The edge takes no more connections.</summary>
    public static ErrorDescription EdgeFull { get; } = new()
    {
        Code = new(1411),
        Title = "The edge takes no more connections",
        Why = "It has as many carriers or unfinished greetings as it allows.",
        Fix = "Nothing: the client tries again by itself.",
    };

    /// <summary>The edge is shutting down.</summary>
    public static ErrorDescription EdgeDraining { get; } = new()
    {
        Code = new(1412),
        Title = "The edge is shutting down",
        Why = "Its operator stops or updates it.",
        Fix = "Nothing: the client reconnects by itself.",
    };

    /// <summary>The edge cannot do this at the moment.</summary>
    public static ErrorDescription EdgeUnavailable { get; } = new()
    {
        Code = new(1413),
        Title = "The edge cannot do this at the moment",
        Why = "Its database does not answer or cannot be written; tunnels that are open go on.",
        Fix = "Nothing: the client tries again by itself. If you operate the edge, look at its log, its disk and its database.",
    };

    /// <summary>The broken connection cannot be taken up again.</summary>
    public static ErrorDescription ResumeRefused { get; } = new()
    {
        Code = new(1415),
        Title = "The broken connection cannot be taken up again",
        Why = "The other side no longer keeps it, or no longer has what is missing on this side.",
        Fix = "Nothing: the client opens a new session by itself.",
    };

    /// <summary>The connection was away for too long.</summary>
    public static ErrorDescription GraceOver { get; } = new()
    {
        Code = new(1416),
        Title = "The connection was away for too long",
        Why = "A broken carrier is kept for a grace time, 60 s by default; it has passed.",
        Fix = "Nothing: the client opens a new session once it reaches the edge again.",
    };

    /// <summary>Too much lies unread.</summary>
    public static ErrorDescription BuffersFull { get; } = new()
    {
        Code = new(1425),
        Title = "Too much lies unread",
        Why = "What was sent is not read at the other end, and the memory that holds such data is used up; the connection was ended so that others go on.",
        Fix = "Read what comes. If you operate the edge, see --memory-budget and --session-memory in docs/limits.md.",
    };

    /// <summary>The edge does not have this session.</summary>
    public static ErrorDescription SessionUnknown { get; } = new()
    {
        Code = new(1417),
        Title = "The edge does not have this session",
        Why = "The session has ended, the edge was restarted, or it is another client's.",
        Fix = "Nothing: the client opens a new session by itself.",
    };

    internal static ErrorDescription[] All { get; } = [VersionUnsupported, MalformedHello, HandshakeTimeout, FrameInvalid, WindowExceeded, PeerFloods, PeerSilent, StreamReset, SessionClosed, ControlInvalid, EdgeFull, EdgeDraining, EdgeUnavailable, ResumeRefused, GraceOver, SessionUnknown, BuffersFull];
}
