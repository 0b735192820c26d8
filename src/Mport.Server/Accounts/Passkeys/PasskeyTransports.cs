namespace Mport.Server.Accounts.Passkeys;

/// <summary>The ways in which a browser reaches a passkey's device, as WebAuthn names them.</summary>
internal static class PasskeyTransports
{
    /// <summary>Characters of all of them together.</summary>
    public const int MaxLength = 64;

    private static readonly string[] _known = ["ble", "hybrid", "internal", "nfc", "smart-card", "usb"];

    /// <summary>Those that are known, as text. A browser gives them back to the device; nothing depends on them, and what else came is dropped.</summary>
    public static string ToText(IEnumerable<string>? given) => string.Join(',', _known.Intersect(given ?? [], StringComparer.Ordinal));

    /// <summary>The list of a text.</summary>
    public static string[] FromText(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
