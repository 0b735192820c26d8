namespace Mport.Server.Certificates;

/// <summary>Log lines about certificates: 4400 and up.</summary>
internal static partial class CertificatesLog
{
    [LoggerMessage(4400, LogLevel.Information, "Certificate for {Name}: good until {NotAfter:u}, to be renewed at {RenewAt:u}")]
    public static partial void Issued(this ILogger logger, string name, DateTimeOffset notAfter, DateTimeOffset renewAt);

    [LoggerMessage(4401, LogLevel.Warning, "No certificate for {Name} after {Attempts} attempts; the next is at {Next:u}: {Reason}")]
    public static partial void OrderFailed(this ILogger logger, string name, int attempts, DateTimeOffset next, string reason);

    [LoggerMessage(4402, LogLevel.Warning, "The certificate of {Name} ends at {NotAfter:u}, and there is no newer one: {Reason}")]
    public static partial void Expiring(this ILogger logger, string name, DateTimeOffset notAfter, string reason);

    [LoggerMessage(4403, LogLevel.Warning, "Certificates could not be looked at, and are again soon: {Reason}")]
    public static partial void LookFailed(this ILogger logger, string reason);

    [LoggerMessage(4405, LogLevel.Information, "The certificate of {Name} is served no more: nobody has the name now")]
    public static partial void Dropped(this ILogger logger, string name);

    [LoggerMessage(4404, LogLevel.Error, "An order of a certificate ended unexpectedly; this is a defect of mportd")]
    public static partial void OrderFaulted(this ILogger logger, Exception failure);
}
