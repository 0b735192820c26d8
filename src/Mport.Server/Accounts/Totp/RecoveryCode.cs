using System.Security.Cryptography;
using System.Text;
using Mport.Protocol.Identity;

namespace Mport.Server.Accounts.Totp;

/// <summary>A code that stands in once for the second factor: 24 characters of base 32, 120 random bits, which need no slow hash.</summary>
internal static class RecoveryCode
{
    /// <summary>How many are given at one time.</summary>
    public const int Count = 10;

    // Without I, L, O and U, which are mistaken for others.
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 24;
    private const int GroupLength = 6;

    /// <summary>A new one, in groups: <c>4GK2M9-…</c>.</summary>
    public static Secret Create()
    {
        var text = RandomNumberGenerator.GetString(Alphabet, Length);
        return new Secret(string.Join('-', text.Chunk(GroupLength).Select(group => new string(group))));
    }

    /// <summary>The hash of a typed code, or null for what is none. Case, hyphens and blanks do not count, and a mistaken letter is read as the one meant.</summary>
    public static byte[]? Hash(string typed)
    {
        var text = string.Concat(typed.Where(c => c is not ('-' or ' '))).ToUpperInvariant().Replace('O', '0').Replace('I', '1').Replace('L', '1');
        return text.Length == Length && text.All(Alphabet.Contains) ? SHA256.HashData(Encoding.ASCII.GetBytes(text)) : null;
    }
}
