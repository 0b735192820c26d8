namespace Mport.Server.Domains;

/// <summary>Log lines about custom domains: 4500 and up.</summary>
internal static partial class DomainsLog
{
    [LoggerMessage(4500, LogLevel.Warning, "Custom domains could not be looked at, and are again in a few seconds: {Reason}")]
    public static partial void LookFailed(this ILogger logger, string reason);
}
