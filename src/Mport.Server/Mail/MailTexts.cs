using Mport.Protocol.Identity;
using Mport.Server.Accounts;

namespace Mport.Server.Mail;

/// <summary>What the edge's mails say: what it is about, the link, how long it works, and what to do for who did not ask for it.</summary>
internal static class MailTexts
{
    private const string NotAsked = "If you did not ask for this, do nothing: without the link nothing happens, and no further mail comes of it.";

    /// <summary>Registration is confirmed by the link.</summary>
    public static MailText Registration(string edge, Secret link) => MailText.Of(
        $"Confirm your address for {HostOf(edge)}",
        $"Somebody, probably you, registers this address for an account of the Mport edge {edge}",
        "To confirm the address and choose a password, open this link. It works once, and for an hour:",
        link.Reveal(),
        NotAsked);

    /// <summary>Registration was asked for with the address of an account.</summary>
    public static MailText AccountExists(string edge, Secret link) => MailText.Of(
        $"You have an account at {HostOf(edge)}",
        $"Somebody, probably you, tried to register this address at the Mport edge {edge} It has an account there already: sign in with it.",
        "If you forgot its password, open this link to set another one. It works once, and for an hour:",
        link.Reveal(),
        NotAsked);

    /// <summary>A password that was forgotten is set by the link.</summary>
    public static MailText PasswordReset(string edge, Secret link) => MailText.Of(
        $"Set a new password for {HostOf(edge)}",
        $"Somebody, probably you, forgot the password of this address's account at the Mport edge {edge}",
        "To set another one, open this link. It works once, and for an hour. The account's sessions in browsers end when the password is set:",
        link.Reveal(),
        NotAsked);

    /// <summary>An invitation.</summary>
    public static MailText Invitation(string edge, UserRole role, DateTimeOffset until, Secret link) => MailText.Of(
        $"You are invited to {HostOf(edge)}",
        $"An administrator invites you to an account, with the role {role.ToText()}, at the Mport edge {edge}",
        $"To choose a password and make the account, open this link. It works once, and until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC:",
        link.Reveal(),
        "If you do not know what this is about, do nothing: without the link there is no account.");

    /// <summary>A test.</summary>
    public static MailText Test(string edge) => MailText.Of(
        $"Test mail of {HostOf(edge)}",
        $"The Mport edge {edge} can send mail: its operator ran `mportd mail test`.",
        "Nothing needs to be done.");

    private static string HostOf(string edge) => Uri.TryCreate(edge, UriKind.Absolute, out var address) ? address.IdnHost : "Mport";
}
