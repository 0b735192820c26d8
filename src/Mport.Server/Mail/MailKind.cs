using System.Diagnostics;

namespace Mport.Server.Mail;

/// <summary>What a mail is about.</summary>
internal enum MailKind
{
    /// <summary>Somebody wants to register with this address.</summary>
    Registration,

    /// <summary>Somebody forgot the password of this address's account.</summary>
    PasswordReset,

    /// <summary>An administrator invited this address.</summary>
    Invitation,
}

/// <summary>The kinds as the database and the events have them.</summary>
internal static class MailKinds
{
    /// <summary>The kind's name.</summary>
    public static string ToText(this MailKind kind) => kind switch
    {
        MailKind.Registration => "registration",
        MailKind.PasswordReset => "password_reset",
        MailKind.Invitation => "invitation",
        _ => throw new UnreachableException(),
    };

    /// <summary>The kind of a name, or null.</summary>
    public static MailKind? Parse(string text) => text switch
    {
        "registration" => MailKind.Registration,
        "password_reset" => MailKind.PasswordReset,
        "invitation" => MailKind.Invitation,
        _ => null,
    };
}
