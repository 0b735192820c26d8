using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Mport.Protocol.Identity;

/// <summary>Makes ULIDs: 48 bits of time, 80 random bits, in Crockford's base 32 (github.com/ulid/spec). They sort by time of making.</summary>
public static class Ulid
{
    /// <summary>Characters of a ULID.</summary>
    public const int TextLength = 26;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>A new ULID for the given moment.</summary>
    public static string Create(TimeProvider time) => Create(time.GetUtcNow());

    /// <summary>A new id with a prefix: <c>usr_01J…</c>.</summary>
    public static string Create(string prefix, TimeProvider time) => Create(prefix, time.GetUtcNow());

    /// <summary>A new id with a prefix, which sorts by the given moment.</summary>
    public static string Create(string prefix, DateTimeOffset moment) => prefix + "_" + Create(moment);

    private static string Create(DateTimeOffset moment)
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        Span<byte> stamp = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(stamp, moment.ToUnixTimeMilliseconds());
        stamp[2..].CopyTo(bytes);

        var value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return string.Create(TextLength, value, static (span, rest) =>
        {
            for (var i = span.Length - 1; i >= 0; i--)
            {
                span[i] = Alphabet[(int)(rest & 31)];
                rest >>= 5;
            }
        });
    }
}
