using System.Net;
using Mport.Protocol.Errors;

namespace Mport.Server.Edge.Sessions;

/// <summary>Log messages of sessions: ids 1200 to 1299. A client's misbehaviour is not our error.</summary>
internal static partial class SessionsLog
{
    [LoggerMessage(1201, LogLevel.Information, "Session {SessionId} of {Email} from {Remote} began (client {ClientId} on {Host}, version {Version})")]
    public static partial void SessionBegan(this ILogger logger, string sessionId, string email, IPEndPoint remote, string clientId, string host, string version);

    [LoggerMessage(1202, LogLevel.Information, "Session {SessionId} of {Email} ended after {Duration}: {Code} {Reason}")]
    public static partial void SessionEnded(this ILogger logger, string sessionId, string email, TimeSpan duration, ErrorCode code, string reason);

    [LoggerMessage(1203, LogLevel.Information, "A client at {Remote} was refused: {Code} {Reason}")]
    public static partial void SessionRefused(this ILogger logger, IPEndPoint remote, ErrorCode code, string reason);

    [LoggerMessage(1204, LogLevel.Debug, "A connection from {Remote} ended before its greeting: {Reason}")]
    public static partial void GreetingFailed(this ILogger logger, IPEndPoint remote, string reason);

    [LoggerMessage(1206, LogLevel.Information, "Tunnel {TunnelId} ({Name}) opened by session {SessionId} of {Email} at {Url}")]
    public static partial void TunnelOpened(this ILogger logger, string tunnelId, string name, string sessionId, string email, string url);

    [LoggerMessage(1207, LogLevel.Information, "Tunnel {Name} of session {SessionId} of {Email} was refused: {Code} {Reason}")]
    public static partial void TunnelRefused(this ILogger logger, string name, string sessionId, string email, ErrorCode code, string reason);

    [LoggerMessage(1208, LogLevel.Warning, "Ended tokens could not be looked for: {Reason}")]
    public static partial void TokenWatchFailed(this ILogger logger, string reason);

    [LoggerMessage(1205, LogLevel.Warning, "The database could not {Deed}: {Reason}")]
    public static partial void DatabaseFailed(this ILogger logger, string deed, string reason);

    [LoggerMessage(1209, LogLevel.Error, "A session failed in a way that it does not foresee")]
    public static partial void SessionFaulted(this ILogger logger, Exception exception);

    [LoggerMessage(1210, LogLevel.Debug, "Carrier {Index} of session {SessionId} came from {Remote}")]
    public static partial void CarrierJoined(this ILogger logger, int index, string sessionId, IPEndPoint remote);

    [LoggerMessage(1211, LogLevel.Information, "Carrier {Index} of session {SessionId} lost its connection and waits for another: {Code} {Reason}")]
    public static partial void CarrierSuspended(this ILogger logger, int index, string sessionId, ErrorCode code, string reason);

    [LoggerMessage(1212, LogLevel.Information, "Carrier {Index} of session {SessionId} goes on over another connection after {Duration}: {Code} {Reason}")]
    public static partial void CarrierResumed(this ILogger logger, int index, string sessionId, TimeSpan duration, ErrorCode code, string reason);

    [LoggerMessage(1213, LogLevel.Information, "Carrier {Index} of session {SessionId} ended while another one goes on: {Code} {Reason}")]
    public static partial void CarrierEnded(this ILogger logger, int index, string sessionId, ErrorCode code, string reason);
}
