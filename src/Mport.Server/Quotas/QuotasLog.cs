namespace Mport.Server.Quotas;

/// <summary>Log messages of quotas: ids 4300 to 4399.</summary>
internal static partial class QuotasLog
{
    [LoggerMessage(4301, LogLevel.Information, "The quota {Limit} of the {Kind} {Id} is at {Percent} %: {Used} of {Allowed}")]
    public static partial void QuotaNear(this ILogger logger, string limit, string kind, string id, int percent, long used, long allowed);

    [LoggerMessage(4302, LogLevel.Warning, "The quota {Limit} of the {Kind} {Id} is used up until {Until}: {Used} of {Allowed}")]
    public static partial void QuotaUsedUp(this ILogger logger, string limit, string kind, string id, DateTimeOffset until, long used, long allowed);

    [LoggerMessage(4303, LogLevel.Information, "The {Kind} {Id} is within its quota again")]
    public static partial void QuotaAnew(this ILogger logger, string kind, string id);

    [LoggerMessage(4305, LogLevel.Error, "A look at the quotas failed in a way that it does not foresee")]
    public static partial void QuotaKeeperFaulted(this ILogger logger, Exception exception);

    [LoggerMessage(4304, LogLevel.Warning, "Quotas could not be looked for: {Reason}")]
    public static partial void QuotaWatchFailed(this ILogger logger, string reason);
}
