namespace Mport.Protocol.Errors;

/// <summary>Who somebody is, and what they may do: 11xx.</summary>
public static class AccountErrors
{
    /// <summary>Not logged in.</summary>
    public static ErrorDescription NotLoggedIn { get; } = new()
    {
        Code = new(1101),
        Title = "Not logged in",
        Why = "No token was given, and the configuration file has none.",
        Fix = "Run `mport login HOST --token TOKEN`; the edge's operator makes one with `mportd token create`.",
    };

    /// <summary>The token is not a token.</summary>
    public static ErrorDescription TokenMalformed { get; } = new()
    {
        Code = new(1102),
        Title = "The token is not a token",
        Why = "A token begins with mpt_ and ends with a checksum; this one was cut or mistyped.",
        Fix = "Copy the whole token again.",
    };

    /// <summary>The edge does not know this token.</summary>
    public static ErrorDescription TokenUnknown { get; } = new()
    {
        Code = new(1103),
        Title = "The edge does not know this token",
        Why = "The token belongs to another edge, or was deleted.",
        Fix = "Make a new one on the edge with `mportd token create`, then `mport login` again.",
    };

    /// <summary>The token was revoked.</summary>
    public static ErrorDescription TokenRevoked { get; } = new()
    {
        Code = new(1104),
        Title = "The token was revoked",
        Why = "Somebody with access to the edge revoked it.",
        Fix = "Make a new one with `mportd token create`, then `mport login` again.",
    };

    /// <summary>The token has expired.</summary>
    public static ErrorDescription TokenExpired { get; } = new()
    {
        Code = new(1105),
        Title = "The token has expired",
        Why = "It was made with an end date, which has passed.",
        Fix = "Make a new one with `mportd token create`, then `mport login` again.",
    };

    /// <summary>The account is disabled.</summary>
    public static ErrorDescription AccountDisabled { get; } = new()
    {
        Code = new(1106),
        Title = "The account is disabled",
        Why = "An administrator of the edge disabled the account that the token belongs to.",
        Fix = "Ask the edge's administrator.",
    };

    /// <summary>The token may not do this.</summary>
    public static ErrorDescription ScopeMissing { get; } = new()
    {
        Code = new(1107),
        Title = "The token may not do this",
        Why = "The token was made without the scope that this needs.",
        Fix = "Make a token with the scope that the message names.",
    };

    /// <summary>Too many failed attempts from this address.</summary>
    public static ErrorDescription TooManyAttempts { get; } = new()
    {
        Code = new(1108),
        Title = "Too many failed attempts from this address",
        Why = "Several wrong tokens came from this address; each further one makes the wait longer.",
        Fix = "Wait for the time that the message names, then use the right token.",
    };

    /// <summary>The account exists already.</summary>
    public static ErrorDescription AccountExists { get; } = new()
    {
        Code = new(1109),
        Title = "The account exists already",
        Why = "Another account has this e-mail address.",
        Fix = "Use it, or choose another address.",
    };

    /// <summary>No such account.</summary>
    public static ErrorDescription AccountUnknown { get; } = new()
    {
        Code = new(1110),
        Title = "No such account",
        Why = "No account has this e-mail address.",
        Fix = "Run `mportd user list` to see the accounts.",
    };

    /// <summary>No such token.</summary>
    public static ErrorDescription TokenIdUnknown { get; } = new()
    {
        Code = new(1111),
        Title = "No such token",
        Why = "No token has this id.",
        Fix = "Run `mportd token list` to see the tokens.",
    };

    /// <summary>The password cannot be used.</summary>
    public static ErrorDescription PasswordUnfit { get; } = new()
    {
        Code = new(1112),
        Title = "The password cannot be used",
        Why = "A password has at least 12 characters and at most 256.",
        Fix = "Choose a longer one; any characters will do.",
    };

    /// <summary>A value for the account or token is not valid.</summary>
    public static ErrorDescription AccountFieldInvalid { get; } = new()
    {
        Code = new(1113),
        Title = "A value for the account or token is not valid",
        Why = "An e-mail address, a name, a scope or an expiry has a form that cannot be used.",
        Fix = "Give the value in the form that the message names.",
    };

    /// <summary>The e-mail address or the password is not right.</summary>
    public static ErrorDescription SignInRefused { get; } = new()
    {
        Code = new(1120),
        Title = "The e-mail address or the password is not right",
        Why = "No account has this address together with this password. Which of the two is wrong is not told.",
        Fix = "Check both. Who has no password, or forgot it, follows \"Forgot the password?\" on the page, or asks the edge's administrator for a link: `mportd user reset-password EMAIL`.",
    };

    /// <summary>The code is not right.</summary>
    public static ErrorDescription CodeRefused { get; } = new()
    {
        Code = new(1121),
        Title = "The code is not right",
        Why = "The code is not the one that the authenticator app shows now, was used before, or is no recovery code that is left.",
        Fix = "Wait for the app's next code, look at the clock of its device, or use a recovery code.",
    };

    /// <summary>Too many failed sign-ins.</summary>
    public static ErrorDescription SignInTooOften { get; } = new()
    {
        Code = new(1122),
        Title = "Too many failed sign-ins",
        Why = "Several wrong passwords or codes came from this address; each further one makes the wait longer. Sessions that are signed in go on.",
        Fix = "Wait for the time that the message names.",
    };

    /// <summary>The link does not work.</summary>
    public static ErrorDescription LinkInvalid { get; } = new()
    {
        Code = new(1123),
        Title = "The link does not work",
        Why = "It was used, is older than an hour, or the password has been changed since it was made.",
        Fix = "Ask for another mail where you asked for this one, or the edge's administrator for a link: `mportd user reset-password EMAIL`.",
    };

    /// <summary>The form cannot be accepted.</summary>
    public static ErrorDescription FormRefused { get; } = new()
    {
        Code = new(1124),
        Title = "The form cannot be accepted",
        Why = "It was not sent from a page of this edge, or the page was open for too long.",
        Fix = "Go back, load the page again, and send it once more. Cookies must be allowed for the edge.",
    };

    /// <summary>The password is too easy to guess.</summary>
    public static ErrorDescription PasswordCommon { get; } = new()
    {
        Code = new(1125),
        Title = "The password is too easy to guess",
        Why = "It is, or is made of, one of those that guessers try first, or it is the e-mail address.",
        Fix = "Choose another one: several words that do not belong together are easy to remember and hard to guess.",
    };

    /// <summary>The invitation does not work.</summary>
    public static ErrorDescription InvitationInvalid { get; } = new()
    {
        Code = new(1126),
        Title = "The invitation does not work",
        Why = "It was accepted, revoked, has expired, or an account with its address exists.",
        Fix = "Ask who invited you for a new one: `mportd invite create EMAIL`.",
    };

    /// <summary>No such invitation.</summary>
    public static ErrorDescription InvitationUnknown { get; } = new()
    {
        Code = new(1127),
        Title = "No such invitation",
        Why = "No open invitation has this id.",
        Fix = "Run `mportd invite list` to see them.",
    };

    /// <summary>The code of the device does not work.</summary>
    public static ErrorDescription DeviceCodeInvalid { get; } = new()
    {
        Code = new(1128),
        Title = "The code of the device does not work",
        Why = "It was mistyped, was used, or is older than ten minutes.",
        Fix = "Run `mport login HOST` on the device again, and use the code that it shows.",
    };

    /// <summary>Nobody has approved the login yet.</summary>
    public static ErrorDescription DeviceWaiting { get; } = new()
    {
        Code = new(1129),
        Title = "Nobody has approved the login yet",
        Why = "The device asks while the person who is to approve it has not done so.",
        Fix = "Open the address that the device shows, sign in, and approve.",
    };

    /// <summary>The device asks too often.</summary>
    public static ErrorDescription DeviceTooFast { get; } = new()
    {
        Code = new(1130),
        Title = "The device asks too often",
        Why = "It left less time between two questions than the edge had told it.",
        Fix = "Ask again after the time that the answer names.",
    };

    /// <summary>The login was refused.</summary>
    public static ErrorDescription DeviceRefused { get; } = new()
    {
        Code = new(1131),
        Title = "The login was refused",
        Why = "Somebody looked at the device's code and refused it, or the account may not connect devices.",
        Fix = "Run `mport login HOST` again, or use a token: `mport login HOST --token TOKEN`.",
    };

    /// <summary>The account's role does not allow this.</summary>
    public static ErrorDescription RoleForbids { get; } = new()
    {
        Code = new(1132),
        Title = "The account's role does not allow this",
        Why = "An auditor reads and changes nothing; managing accounts needs the role admin.",
        Fix = "Ask the edge's administrator: `mportd user role EMAIL member`.",
    };

    /// <summary>Not signed in.</summary>
    public static ErrorDescription SignInNeeded { get; } = new()
    {
        Code = new(1133),
        Title = "Not signed in",
        Why = "The request has no session, or its session has ended.",
        Fix = "Sign in again.",
    };

    /// <summary>Signing in needs HTTPS.</summary>
    public static ErrorDescription SignInUnsafe { get; } = new()
    {
        Code = new(1134),
        Title = "Signing in needs HTTPS",
        Why = "Over plain HTTP anybody on the way could read the password. Only the edge's own machine may do it, as localhost.",
        Fix = "Use the edge's https address.",
    };

    /// <summary>The edge does not offer to approve devices.</summary>
    public static ErrorDescription DeviceLoginMissing { get; } = new()
    {
        Code = new(1135),
        Title = "The edge does not offer to approve devices",
        Why = "It is older than this client, or a proxy stands in front of it.",
        Fix = "Log in with a token: `mport login HOST --token TOKEN`.",
    };

    /// <summary>The account has a second factor.</summary>
    public static ErrorDescription SecondFactorSet { get; } = new()
    {
        Code = new(1136),
        Title = "The account has a second factor",
        Why = "A new one can be set up only when there is none.",
        Fix = "Switch the old one off first; who lost it asks the administrator: `mportd user reset-totp EMAIL`.",
    };

    /// <summary>Too many are signing in.</summary>
    public static ErrorDescription SignInBusy { get; } = new()
    {
        Code = new(1137),
        Title = "Too many are signing in",
        Why = "Checking a password takes time, and many are being checked now.",
        Fix = "Try again in a few seconds.",
    };

    internal static ErrorDescription[] All { get; } = [NotLoggedIn, TokenMalformed, TokenUnknown, TokenRevoked, TokenExpired, AccountDisabled, ScopeMissing, TooManyAttempts, AccountExists, AccountUnknown, TokenIdUnknown, PasswordUnfit, AccountFieldInvalid,
        SignInRefused, CodeRefused, SignInTooOften, LinkInvalid, FormRefused, PasswordCommon, InvitationInvalid, InvitationUnknown, DeviceCodeInvalid, DeviceWaiting, DeviceTooFast, DeviceRefused, RoleForbids, SignInNeeded, SignInUnsafe, DeviceLoginMissing, SecondFactorSet, SignInBusy];
}
