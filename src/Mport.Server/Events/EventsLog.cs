namespace Mport.Server.Events;

/// <summary>Log messages of events and the audit: ids 4100 to 4199.</summary>
internal static partial class EventsLog
{
    [LoggerMessage(4101, LogLevel.Error, "Events cannot be written and wait ({Waiting} now): {Reason}")]
    public static partial void EventsNotWritten(this ILogger logger, int waiting, string reason);

    [LoggerMessage(4102, LogLevel.Warning, "Events are written again")]
    public static partial void EventsWrittenAgain(this ILogger logger);

    [LoggerMessage(4103, LogLevel.Error, "{Count} events are lost: the database could not be written for so long that no more could wait")]
    public static partial void EventsLost(this ILogger logger, long count);

    [LoggerMessage(4104, LogLevel.Warning, "Old events could not be removed: {Reason}")]
    public static partial void EventsNotTrimmed(this ILogger logger, string reason);

    [LoggerMessage(4105, LogLevel.Warning, "The end of the event log could not be noted beside the database: {Reason}")]
    public static partial void HeadNotNoted(this ILogger logger, string reason);

    [LoggerMessage(4107, LogLevel.Warning, "New events could not be read for those who follow them: {Reason}")]
    public static partial void EventsNotRead(this ILogger logger, string reason);

    [LoggerMessage(4106, LogLevel.Information, "{Count} events older than {Before} were removed")]
    public static partial void EventsTrimmed(this ILogger logger, int count, DateTimeOffset before);
}
