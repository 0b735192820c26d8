namespace Mport.Server.Traffic;

/// <summary>Log messages of usage: ids 4200 to 4299.</summary>
internal static partial class UsageLog
{
    [LoggerMessage(4201, LogLevel.Error, "Usage cannot be written and waits ({Waiting} minutes now): {Reason}")]
    public static partial void UsageNotWritten(this ILogger logger, int waiting, string reason);

    [LoggerMessage(4202, LogLevel.Warning, "Usage is written again")]
    public static partial void UsageWrittenAgain(this ILogger logger);

    [LoggerMessage(4203, LogLevel.Warning, "Old usage could not be removed: {Reason}")]
    public static partial void UsageNotTrimmed(this ILogger logger, string reason);
}
