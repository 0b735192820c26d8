namespace Mport.Protocol.Errors;

/// <summary>Making an account, and getting a password, by mail: 155x.</summary>
public static class SignupErrors
{
    /// <summary>The edge takes no registrations.</summary>
    public static ErrorDescription RegistrationClosed { get; } = new()
    {
        Code = new(1550),
        Title = "The edge takes no registrations",
        Why = "Its operator has not opened registration (--registration), or has closed invitations too.",
        Fix = "Ask the edge's administrator for an invitation or an account.",
    };

    /// <summary>Addresses of this domain cannot register.</summary>
    public static ErrorDescription DomainRefused { get; } = new()
    {
        Code = new(1551),
        Title = "Addresses of this domain cannot register",
        Why = "The edge's operator allows registration with the mail domains of --registration-domains alone.",
        Fix = "Use an address of an allowed domain, or ask the edge's administrator for an invitation.",
    };

    /// <summary>The edge sends no mail.</summary>
    public static ErrorDescription MailMissing { get; } = new()
    {
        Code = new(1552),
        Title = "The edge sends no mail",
        Why = "No mail server is configured (--smtp).",
        Fix = "Ask the edge's administrator for a link: `mportd user reset-password EMAIL`.",
    };

    /// <summary>Too many mails wait.</summary>
    public static ErrorDescription MailBusy { get; } = new()
    {
        Code = new(1553),
        Title = "Too many mails wait to be sent",
        Why = "The mail server does not take them, or takes them too slowly, and no more are kept.",
        Fix = "Try again later. The edge's operator finds the reason in its log, or with `mportd mail test ADDRESS`.",
    };

    /// <summary>Too many mails were asked for.</summary>
    public static ErrorDescription MailTooOften { get; } = new()
    {
        Code = new(1554),
        Title = "Too many mails were asked for",
        Why = "Several were asked for from this address; each further one makes the wait longer.",
        Fix = "Wait for the time that the message names, and look for the mail in the folder for spam meanwhile.",
    };

    /// <summary>The confirmation does not work.</summary>
    public static ErrorDescription ConfirmationInvalid { get; } = new()
    {
        Code = new(1555),
        Title = "The link does not work",
        Why = "It was used, is older than an hour, an account with its address exists, or registration was closed meanwhile.",
        Fix = "If you have set a password already, sign in with it; else register once more.",
    };

    internal static ErrorDescription[] All { get; } = [RegistrationClosed, DomainRefused, MailMissing, MailBusy, MailTooOften, ConfirmationInvalid];
}
