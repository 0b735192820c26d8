using Mport.Protocol.Errors;

namespace Mport.Server.Tunnels;

/// <summary>Log messages of tunnels: ids 2000 to 2099.</summary>
internal static partial class TunnelsLog
{
    [LoggerMessage(2001, LogLevel.Debug, "A visitor of {TunnelId} was turned away: {Reason}")]
    public static partial void VisitorTurnedAway(this ILogger logger, string tunnelId, string reason);

    [LoggerMessage(2002, LogLevel.Debug, "The target of {TunnelId} did not take a visitor: {Code} {Reason}")]
    public static partial void TargetFailed(this ILogger logger, string tunnelId, ErrorCode code, string reason);

    [LoggerMessage(2003, LogLevel.Warning, "Port {Port} could not accept a connection: {Reason}")]
    public static partial void AcceptFailed(this ILogger logger, int port, string reason);

    [LoggerMessage(2004, LogLevel.Information, "Tunnel {TunnelId} was taken over by session {SessionId} from session {LoserId}")]
    public static partial void TunnelTakenOver(this ILogger logger, string tunnelId, string sessionId, string loserId);

    [LoggerMessage(2006, LogLevel.Warning, "It could not be written which tunnels are open: {Reason}")]
    public static partial void SightingsNotWritten(this ILogger logger, string reason);

    [LoggerMessage(2007, LogLevel.Debug, "A datagram stream of {TunnelId} ended: {Reason}")]
    public static partial void DatagramsEnded(this ILogger logger, string tunnelId, string reason);

    [LoggerMessage(2008, LogLevel.Warning, "UDP port {Port} could not receive: {Reason}")]
    public static partial void ReceiveFailed(this ILogger logger, int port, string reason);

    [LoggerMessage(2009, LogLevel.Error, "What takes visitors in on port {Port} broke; it begins anew")]
    public static partial void AcceptLoopFailed(this ILogger logger, int port, Exception exception);

    [LoggerMessage(2010, LogLevel.Warning, "Who is in a team no more could not be looked for: {Reason}")]
    public static partial void TeamWatchFailed(this ILogger logger, string reason);

    [LoggerMessage(2005, LogLevel.Error, "A visitor's connection failed in a way that it does not foresee")]
    public static partial void VisitorFaulted(this ILogger logger, Exception exception);
}
