using System.Net;

namespace Mport.Server.Edge.Listeners;

/// <summary>What the listeners log. Event ids 1000 to 1099.</summary>
internal static partial class ListenersLog
{
    [LoggerMessage(1000, LogLevel.Information, "Listening on {EndPoint} ({Kind}).")]
    public static partial void Listening(this ILogger logger, EndPoint endPoint, string kind);

    [LoggerMessage(1001, LogLevel.Warning, "Accepting on {EndPoint} fails; trying again. The usual cause is too few file descriptors (ulimit -n).")]
    public static partial void AcceptFails(this ILogger logger, EndPoint endPoint, Exception exception);

    [LoggerMessage(1002, LogLevel.Information, "Accepting on {EndPoint} works again.")]
    public static partial void AcceptWorksAgain(this ILogger logger, EndPoint endPoint);

    [LoggerMessage(1003, LogLevel.Debug, "A connection to {EndPoint} was closed before it was served: {Reason}.")]
    public static partial void ConnectionRefused(this ILogger logger, EndPoint endPoint, string reason);

    [LoggerMessage(1004, LogLevel.Error, "Serving a connection to {EndPoint} failed.")]
    public static partial void ConnectionFailed(this ILogger logger, EndPoint endPoint, Exception exception);

    [LoggerMessage(1005, LogLevel.Error, "The accept loop of {EndPoint} broke; it begins anew.")]
    public static partial void AcceptLoopFailed(this ILogger logger, EndPoint endPoint, Exception exception);
}
