using System.Security.Cryptography;

namespace Mport.Server.Accounts.Devices;

/// <summary>
/// The short code that joins a machine's login and the person who approves it: eight consonants, as RFC 8628 recommends. 20 ^ 8 of them, for ten minutes
/// and ten tries, leave no room for guessing.
/// </summary>
internal static class UserCode
{
    private const string Alphabet = "BCDFGHJKLMNPQRSTVWXZ";
    private const int Length = 8;

    /// <summary>A new one, as it is compared.</summary>
    public static string Create() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>As it is shown: <c>BCDF-GHJK</c>.</summary>
    public static string Show(string code) => $"{code[..4]}-{code[4..]}";

    /// <summary>Reads what somebody typed, in any case, with or without the hyphen; null for what is no code.</summary>
    public static string? Read(string? typed)
    {
        if (typed is null or { Length: > 32 })
        {
            return null;
        }

        var code = string.Concat(typed.Where(char.IsAsciiLetter)).ToUpperInvariant();
        return code.Length == Length && code.All(Alphabet.Contains) ? code : null;
    }
}
