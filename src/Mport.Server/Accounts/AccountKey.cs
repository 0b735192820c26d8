using System.Security.Cryptography;
using System.Text;
using Mport.Protocol.Errors;
using Mport.Server.Data;

namespace Mport.Server.Accounts;

/// <summary>
/// The key in the data folder (<c>accounts.key</c>, mode 0600) that seals what the database must not hold in the clear and cannot hold as a hash:
/// the secrets of second factors. A copy of the database alone is worth nothing without it.
/// </summary>
internal sealed class AccountKey
{
    /// <summary>The file's name.</summary>
    public const string FileName = "accounts.key";

    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly byte[] _seal;
    private readonly byte[] _mac;

    /// <summary>Uses a key of 32 bytes.</summary>
    public AccountKey(byte[] key)
    {
        _seal = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeyLength, info: "mport seal"u8.ToArray());
        _mac = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeyLength, info: "mport mac"u8.ToArray());
    }

    /// <summary>Reads the key of a data folder, and makes it where there is none.</summary>
    /// <exception cref="EdgeStartException">It cannot be read or made, is not a key, or others may read it.</exception>
    public static AccountKey LoadOrCreate(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            if (!File.Exists(path))
            {
                Create(path);
            }

            if (EdgeFiles.IsOpenToOthers(path))
            {
                throw Unusable($"{path} can be read by others than its owner; run chmod 600 on it.");
            }

            var key = File.ReadAllBytes(path);
            return key.Length == KeyLength ? new AccountKey(key) : throw Unusable($"{path} is damaged: it has {key.Length} bytes in place of {KeyLength}.");
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw Unusable($"{path} cannot be read or made: {denied.Message}");
        }
    }

    /// <summary>Seals bytes for one account: nobody can move them to another row.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plain, UserId owner) => Seal(plain, owner.Value);

    /// <summary>Seals bytes for the row of one id, of an account or anything else.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plain, string owner)
    {
        var whole = new byte[NonceLength + plain.Length + TagLength];
        var nonce = whole.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_seal, TagLength);
        aes.Encrypt(nonce, plain, whole.AsSpan(NonceLength, plain.Length), whole.AsSpan(NonceLength + plain.Length), Encoding.UTF8.GetBytes(owner));
        return whole;
    }

    /// <summary>What was sealed, or null when it was sealed with another key or for another account.</summary>
    public byte[]? Open(ReadOnlySpan<byte> whole, UserId owner) => Open(whole, owner.Value);

    /// <summary>What was sealed, or null when it was sealed with another key or for another id.</summary>
    public byte[]? Open(ReadOnlySpan<byte> whole, string owner)
    {
        if (whole.Length < NonceLength + TagLength)
        {
            return null;
        }

        var plain = new byte[whole.Length - NonceLength - TagLength];
        using var aes = new AesGcm(_seal, TagLength);
        try
        {
            aes.Decrypt(whole[..NonceLength], whole.Slice(NonceLength, plain.Length), whole[^TagLength..], plain, Encoding.UTF8.GetBytes(owner));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>A keyed hash, for values too short for a plain one.</summary>
    /// <param name="purpose">What it is for: hashes of different purposes never agree.</param>
    /// <param name="text">What is hashed.</param>
    public byte[] Mac(string purpose, string text) => HMACSHA256.HashData(_mac, Encoding.UTF8.GetBytes(purpose + "\n" + text));

    // Whole or not there; and where two processes make it at one time, both read the one that came first.
    private static void Create(string path)
    {
        var fresh = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using (var file = EdgeFiles.Open(fresh, FileMode.CreateNew, FileShare.None))
            {
                file.Write(RandomNumberGenerator.GetBytes(KeyLength));
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // The other one was first.
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    private static EdgeStartException Unusable(string what) => new(Failure.Of(EdgeErrors.DataFolderUnusable, what));
}
