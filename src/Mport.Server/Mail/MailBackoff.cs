namespace Mport.Server.Mail;

/// <summary>When a mail that could not be sent is tried again, and when it is given up.</summary>
internal static class MailBackoff
{
    /// <summary>How long a mail is tried.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    private static readonly TimeSpan _first = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(30);

    /// <summary>The wait after so many attempts: 5 s, 10 s, 20 s … 30 min.</summary>
    public static TimeSpan After(int attempts) =>
        TimeSpan.FromTicks(Math.Min(_first.Ticks << Math.Clamp(attempts - 1, 0, 10), _longest.Ticks));
}
