using System.Security.Cryptography;
using System.Text;

namespace Mport.Protocol.Identity;

/// <summary>
/// The form of an access token: <c>mpt_</c>, the key's id (a ULID, 26 characters), <c>_</c>, 256 random bits in base 62 (43 characters)
/// and a checksum (6 characters), so that scanners find leaked ones and a mistyped one is told apart from a wrong one.
/// </summary>
public static class AccessToken
{
    /// <summary>What every token begins with.</summary>
    public const string Prefix = "mpt_";

    private const int SecretLength = 43;
    private const int ChecksumLength = 6;
    private const int Length = 4 + Ulid.TextLength + 1 + SecretLength + ChecksumLength;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Makes a new token for the key of this id from the system's random numbers.</summary>
    /// <param name="keyId">The key's ULID without a prefix, 26 characters.</param>
    public static Secret Create(string keyId)
    {
        // 43 characters of 62 hold 256.03 bits; each is drawn without bias.
        var text = Prefix + keyId + "_" + RandomNumberGenerator.GetString(Alphabet, SecretLength);
        return new Secret(text + Checksum(text));
    }

    /// <summary>The id of the key in a token whose form and checksum are right, or false.</summary>
    public static bool TryGetKeyId(Secret token, out string keyId)
    {
        keyId = "";
        var text = token.Reveal();
        if (text.Length != Length || !text.StartsWith(Prefix, StringComparison.Ordinal) || text[4 + Ulid.TextLength] != '_'
            || !text.EndsWith(Checksum(text[..^ChecksumLength]), StringComparison.Ordinal))
        {
            return false;
        }

        keyId = text.Substring(4, Ulid.TextLength);
        return true;
    }

    /// <summary>What is stored in place of the token: its SHA-256 (a 256-bit random secret needs no slow hash, SEC-65).</summary>
    public static byte[] Hash(Secret token) => SHA256.HashData(Encoding.UTF8.GetBytes(token.Reveal()));

    private static string Checksum(string text)
    {
        // The first 35 bits of SHA-256: 62^6 is a little over 2^35.
        var value = BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text))) & ((1UL << 35) - 1);
        return string.Create(ChecksumLength, value, static (span, rest) =>
        {
            for (var i = span.Length - 1; i >= 0; i--)
            {
                span[i] = Alphabet[(int)(rest % 62)];
                rest /= 62;
            }
        });
    }
}
