namespace Mport.Server.Mail;

/// <summary>Log messages of mail: ids 3300 to 3399.</summary>
internal static partial class MailLog
{
    [LoggerMessage(3301, LogLevel.Information, "The mail {MailId} ({Kind}) was sent")]
    public static partial void MailSent(this ILogger logger, MailId mailId, string kind);

    [LoggerMessage(3302, LogLevel.Warning, "{Code}: The mail {MailId} ({Kind}) could not be sent at attempt {Attempt}; the next one is in {Wait}: {Reason}")]
    public static partial void MailNotSent(this ILogger logger, string code, MailId mailId, string kind, int attempt, TimeSpan wait, string reason);

    [LoggerMessage(3303, LogLevel.Warning, "{Code}: The mail {MailId} ({Kind}) is given up after {Attempts} attempts: {Reason}")]
    public static partial void MailGivenUp(this ILogger logger, string code, MailId mailId, string kind, int attempts, string reason);

    [LoggerMessage(3304, LogLevel.Warning, "Mails wait, since their table cannot be used: {Reason}")]
    public static partial void OutboxNotRead(this ILogger logger, string reason);
}
