namespace Mport.Protocol.Errors;

/// <summary>Passkeys: 156x.</summary>
public static class PasskeyErrors
{
    /// <summary>The passkey was not accepted.</summary>
    public static ErrorDescription PasskeyRefused { get; } = new()
    {
        Code = new(1560),
        Title = "The passkey was not accepted",
        Why = "It was removed, belongs to another account or another edge, or its answer was not made for this page or not confirmed by its holder.",
        Fix = "Try again at the edge's own sign-in page, or sign in with the password and add the passkey anew.",
    };

    /// <summary>The passkey's answer came too late.</summary>
    public static ErrorDescription PasskeyLate { get; } = new()
    {
        Code = new(1561),
        Title = "The passkey's answer came too late",
        Why = "The edge's question is older than five minutes, was answered before, or a later one was.",
        Fix = "Begin again.",
    };

    /// <summary>The passkey seems to be copied.</summary>
    public static ErrorDescription PasskeyCopied { get; } = new()
    {
        Code = new(1562),
        Title = "The passkey seems to be copied",
        Why = "Its counter is not above the one of its last use, as if another device had used a copy of it.",
        Fix = "Sign in with the password, remove this passkey, and add a new one.",
    };

    /// <summary>Passkeys do not work at this address.</summary>
    public static ErrorDescription PasskeyElsewhere { get; } = new()
    {
        Code = new(1563),
        Title = "Passkeys do not work at this address",
        Why = "A passkey belongs to the edge's name and to HTTPS (or to localhost); browsers use it nowhere else.",
        Fix = "Open the edge's pages at its own name, or sign in with the password.",
    };

    /// <summary>The account has as many passkeys as it may have.</summary>
    public static ErrorDescription PasskeyTooMany { get; } = new()
    {
        Code = new(1564),
        Title = "The account has as many passkeys as it may have",
        Why = "An account has twenty at most.",
        Fix = "Remove one that is not used any more.",
    };

    /// <summary>The new passkey was not accepted.</summary>
    public static ErrorDescription PasskeyNotAdded { get; } = new()
    {
        Code = new(1565),
        Title = "The new passkey was not accepted",
        Why = "It was not made for this page and this question, its holder was not verified, or it is kept already.",
        Fix = "Begin again at the edge's own page, with a device or browser that asks for a PIN, a finger or a face.",
    };

    internal static ErrorDescription[] All { get; } = [PasskeyRefused, PasskeyLate, PasskeyCopied, PasskeyElsewhere, PasskeyTooMany, PasskeyNotAdded];
}
