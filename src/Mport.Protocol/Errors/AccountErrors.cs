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

    internal static ErrorDescription[] All { get; } = [NotLoggedIn, TokenMalformed, TokenUnknown, TokenRevoked, TokenExpired, AccountDisabled, ScopeMissing, TooManyAttempts, AccountExists, AccountUnknown, TokenIdUnknown, PasswordUnfit, AccountFieldInvalid];
}
