using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Mport.Server.Api;

/// <summary>
/// An answer as it is kept for a repeated request. It may hold a token that is shown once: it is sealed with a key made of the caller's own credentials,
/// which are kept nowhere, so that the database alone tells nothing (SEC-65).
/// </summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Location">The Location header, or an empty text.</param>
/// <param name="ETag">The ETag header, or an empty text.</param>
/// <param name="Body">The body.</param>
internal sealed record KeptAnswer(int Status, string Location, string ETag, ReadOnlyMemory<byte> Body)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Seals it.</summary>
    public byte[] Seal(ApiCaller caller, byte[] keyHash)
    {
        var headers = Encoding.UTF8.GetBytes(Location + "\n" + ETag);
        var plain = new byte[4 + headers.Length + Body.Length];
        BinaryPrimitives.WriteUInt16BigEndian(plain, (ushort)Status);
        BinaryPrimitives.WriteUInt16BigEndian(plain.AsSpan(2), (ushort)headers.Length);
        headers.CopyTo(plain, 4);
        Body.Span.CopyTo(plain.AsSpan(4 + headers.Length));
        var result = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(result.AsSpan(0, NonceBytes));
        using var cipher = Cipher(caller, keyHash);
        cipher.Encrypt(result.AsSpan(0, NonceBytes), plain, result.AsSpan(NonceBytes + TagBytes), result.AsSpan(NonceBytes, TagBytes));
        return result;
    }

    /// <summary>Opens what <see cref="Seal"/> made for the same caller and key.</summary>
    public static KeptAnswer Open(ReadOnlySpan<byte> kept, ApiCaller caller, byte[] keyHash)
    {
        var plain = new byte[kept.Length - NonceBytes - TagBytes];
        using var cipher = Cipher(caller, keyHash);
        cipher.Decrypt(kept[..NonceBytes], kept[(NonceBytes + TagBytes)..], kept.Slice(NonceBytes, TagBytes), plain);
        var end = 4 + BinaryPrimitives.ReadUInt16BigEndian(plain.AsSpan(2));
        var headers = Encoding.UTF8.GetString(plain.AsSpan(4, end - 4)).Split('\n');
        return new KeptAnswer(BinaryPrimitives.ReadUInt16BigEndian(plain), headers[0], headers[1], plain.AsMemory(end));
    }

    private static AesGcm Cipher(ApiCaller caller, byte[] keyHash) =>
        new(HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(caller.Credential.Reveal()), 32, keyHash, "mport idempotency"u8.ToArray()), TagBytes);
}
