using Mport.Protocol.Errors;

namespace Mport.Server.Api;

/// <summary>Log messages of the API: ids 3200 to 3299. Paths are patterns, and callers are ids: neither holds a secret.</summary>
internal static partial class ApiLog
{
    [LoggerMessage(3201, LogLevel.Debug, "API {Method} {Route} of {Caller}: {Status} ({TraceId})")]
    public static partial void Answered(this ILogger logger, string method, string route, string caller, int status, string traceId);

    [LoggerMessage(3202, LogLevel.Information, "API {Method} {Route} of {Caller} was refused: {Status} {Code} ({TraceId})")]
    public static partial void Refused(this ILogger logger, string method, string route, string caller, int status, ErrorCode code, string traceId);

    [LoggerMessage(3203, LogLevel.Error, "API {Method} {Route} of {Caller} failed in a way that it does not foresee ({TraceId})")]
    public static partial void Faulted(this ILogger logger, string method, string route, string caller, string traceId, Exception exception);

    [LoggerMessage(3204, LogLevel.Warning, "API {Method} {Route} of {Caller}: the database failed: {Reason} ({TraceId})")]
    public static partial void DatabaseFailed(this ILogger logger, string method, string route, string caller, string traceId, string reason);
}
