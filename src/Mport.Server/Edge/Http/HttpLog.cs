using Mport.Protocol.Errors;

namespace Mport.Server.Edge.Http;

/// <summary>What the HTTP side logs. Event ids 1100 to 1199.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(1100, LogLevel.Debug, "A request to tunnel {TunnelId} got {Status} {Code}.")]
    public static partial void RequestFailed(this ILogger logger, string tunnelId, int status, ErrorCode code, Exception? exception);
}
