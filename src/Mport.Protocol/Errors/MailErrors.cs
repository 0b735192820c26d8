namespace Mport.Protocol.Errors;

/// <summary>Sending mail: 206x.</summary>
public static class MailErrors
{
    /// <summary>The mail server does not answer.</summary>
    public static ErrorDescription ServerUnreachable { get; } = new()
    {
        Code = new(2060),
        Title = "The mail server does not answer",
        Why = "Its name is unknown, nothing listens on the port, a firewall is between, or it took too long.",
        Fix = "Check --smtp; many networks let nobody out to port 25: use the provider's port 587.",
    };

    /// <summary>The mail server refuses the edge.</summary>
    public static ErrorDescription ServerRefuses { get; } = new()
    {
        Code = new(2061),
        Title = "The mail server refuses the edge",
        Why = "It offers no STARTTLS, its certificate is not trusted or is for another name, or it wants another user or password.",
        Fix = "Check --smtp-tls, --smtp-user and --smtp-password-file, and that --smtp names the server as its certificate does.",
    };

    /// <summary>The mail server refuses an address.</summary>
    public static ErrorDescription AddressRefused { get; } = new()
    {
        Code = new(2062),
        Title = "The mail server refuses an address",
        Why = "The mailbox does not exist, or the server does not take mail from --mail-from or for that domain.",
        Fix = "Check the address, and that the server lets this user send mail from --mail-from.",
    };

    /// <summary>A mail was given up.</summary>
    public static ErrorDescription GivenUp { get; } = new()
    {
        Code = new(2063),
        Title = "A mail was given up",
        Why = "It could not be sent for a day, or the server refused its address for good.",
        Fix = "Find out the reason with `mportd mail test ADDRESS`; whoever waits for the mail asks for it again.",
    };

    /// <summary>No mail server is configured.</summary>
    public static ErrorDescription ServerMissing { get; } = new()
    {
        Code = new(2064),
        Title = "No mail server is configured",
        Why = "Neither --smtp nor MPORTD_SMTP nor smtp in the configuration file is given to this command.",
        Fix = "Put `smtp: HOST:PORT` and the others of docs/mail.md into mportd.yml, where the edge and the commands both find them.",
    };

    internal static ErrorDescription[] All { get; } = [ServerUnreachable, ServerRefuses, AddressRefused, GivenUp, ServerMissing];
}
