using Mport.Protocol.Errors;

namespace Mport.Server.Hosting.Handover;

/// <summary>Log messages of handovers: ids 2200 to 2299.</summary>
internal static partial class HandoverLog
{
    [LoggerMessage(2201, LogLevel.Information, "Process {Process} (mportd {Version}) asks to take this edge over")]
    public static partial void Asked(this ILogger logger, int process, string version);

    [LoggerMessage(2202, LogLevel.Warning, "A takeover by process {Process} was refused: {Code} {Reason}")]
    public static partial void Refused(this ILogger logger, int process, ErrorCode code, string reason);

    [LoggerMessage(2203, LogLevel.Warning, "The takeover by process {Process} failed, and this edge goes on: {Reason}")]
    public static partial void Failed(this ILogger logger, int process, string reason);

    [LoggerMessage(2204, LogLevel.Information, "Process {Process} has taken this edge over: {Sockets} sockets and {Hosts} hosts handed over")]
    public static partial void HandedOver(this ILogger logger, int process, int sockets, int hosts);

    [LoggerMessage(2205, LogLevel.Information, "{Sessions} clients are asked to open sessions at the new edge; {Visitors} connections of visitors finish here, within {Limit}")]
    public static partial void Draining(this ILogger logger, int sessions, int visitors, TimeSpan limit);

    [LoggerMessage(2206, LogLevel.Information, "All visitors of this process have gone: it ends")]
    public static partial void Drained(this ILogger logger);

    [LoggerMessage(2207, LogLevel.Warning, "The time to finish is over: {Visitors} connections of visitors are cut")]
    public static partial void DrainOver(this ILogger logger, int visitors);

    [LoggerMessage(2208, LogLevel.Information, "This edge has taken over from process {Process} (mportd {Version}): {Sockets} sockets, {Hosts} hosts whose clients are awaited")]
    public static partial void TookOver(this ILogger logger, int process, string version, int sockets, int hosts);

    [LoggerMessage(2209, LogLevel.Information, "The time for clients to return is over: {Ports} ports are closed and {Hosts} hosts not waited for any more, since their clients did not come")]
    public static partial void NotAllReturned(this ILogger logger, int ports, int hosts);

    [LoggerMessage(2210, LogLevel.Information, "No edge runs with this data folder: there is nothing to take over, this one starts")]
    public static partial void NothingToTakeOver(this ILogger logger);

    [LoggerMessage(2211, LogLevel.Warning, "This edge cannot be taken over while it runs: {Obstacle}")]
    public static partial void NoHandover(this ILogger logger, string obstacle);

    [LoggerMessage(2212, LogLevel.Warning, "A connection to the edge's own socket was closed: {Reason}")]
    public static partial void Distrusted(this ILogger logger, string reason);

    [LoggerMessage(2213, LogLevel.Information, "SIGHUP: {Program} is started to take this edge over, as process {Process}")]
    public static partial void SuccessorStarted(this ILogger logger, string program, int process);

    [LoggerMessage(2214, LogLevel.Error, "SIGHUP: {Program} cannot be started, and this edge goes on: {Reason}")]
    public static partial void SuccessorNotStarted(this ILogger logger, string program, string reason);

    [LoggerMessage(2215, LogLevel.Error, "SIGHUP: the new edge ended with status {Status}, and this one goes on")]
    public static partial void SuccessorFailed(this ILogger logger, int status);

    [LoggerMessage(2216, LogLevel.Error, "A takeover failed in a way that it does not foresee")]
    public static partial void Faulted(this ILogger logger, Exception exception);

    [LoggerMessage(2217, LogLevel.Warning, "The supervisor at {Socket} could not be told the state: {Reason}")]
    public static partial void NotNotified(this ILogger logger, string socket, string reason);
}
