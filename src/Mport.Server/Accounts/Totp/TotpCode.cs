using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mport.Server.Accounts.Totp;

/// <summary>The codes of RFC 6238 as every authenticator app makes them: HMAC-SHA1, six digits, a new one each 30 s.</summary>
internal static class TotpCode
{
    /// <summary>Bytes of a secret: the length of SHA-1's output, as RFC 4226 recommends.</summary>
    public const int SecretLength = 20;

    private const int Digits = 6;
    private const int StepSeconds = 30;

    // The clocks of phone and edge may be half a minute apart, and typing takes time.
    private const int StepsAround = 1;

    /// <summary>The step at a moment.</summary>
    public static long StepAt(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of a step.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "The apps know SHA-1 alone; HMAC does not depend on what SHA-1 lacks.")]
    public static string At(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(secret, counter, mac);
        var value = BinaryPrimitives.ReadUInt32BigEndian(mac[(mac[^1] & 15)..]) & 0x7fff_ffff;
        return (value % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>The step, at most one from now, whose code this is; null for none. Blanks in the code do not count.</summary>
    public static long? FindStep(ReadOnlySpan<byte> secret, string code, DateTimeOffset now)
    {
        var typed = code.Replace(" ", "");
        if (typed.Length != Digits || !typed.All(char.IsAsciiDigit))
        {
            return null;
        }

        long? found = null;
        for (var step = StepAt(now) - StepsAround; step <= StepAt(now) + StepsAround; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(At(secret, step)), Encoding.ASCII.GetBytes(typed)))
            {
                found = step;
            }
        }

        return found;
    }

    /// <summary>The secret in base 32, as apps take it by hand.</summary>
    public static string ToBase32(ReadOnlySpan<byte> secret)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var text = new StringBuilder();
        var (bits, held) = (0, 0);
        foreach (var octet in secret)
        {
            (bits, held) = ((bits << 8 | octet) & 0xffff, held + 8);
            for (; held >= 5; held -= 5)
            {
                text.Append(Alphabet[bits >> (held - 5) & 31]);
            }
        }

        return held > 0 ? text.Append(Alphabet[bits << (5 - held) & 31]).ToString() : text.ToString();
    }
}
