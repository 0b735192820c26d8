using System.Security.Cryptography;
using System.Text;

namespace Mport.Protocol.Transport.Records;

/// <summary>The secret of one direction, from which its key and nonces come (RFC 8446, 7.1 to 7.3).</summary>
internal sealed class TrafficSecret(CipherSuite suite, byte[] secret)
{
    private byte[] _secret = secret.Length == suite.HashBytes
        ? secret
        : throw new ArgumentException($"The secret has {secret.Length} bytes, and the suite's hash {suite.HashBytes}.", nameof(secret));

    /// <summary>The AEAD and the hash that it is for.</summary>
    public CipherSuite Suite => suite;

    /// <summary>Derives the key.</summary>
    public byte[] Key() => Expand(suite, _secret, "key", suite.KeyBytes);

    /// <summary>Derives what the number of a record is mixed with to make its nonce.</summary>
    public byte[] Nonce() => Expand(suite, _secret, "iv", CipherSuite.NonceBytes);

    /// <summary>Goes on to the next secret, and forgets this one (KeyUpdate).</summary>
    public void Update()
    {
        var next = Expand(suite, _secret, "traffic upd", suite.HashBytes);
        Forget();
        _secret = next;
    }

    /// <summary>Overwrites it.</summary>
    public void Forget() => CryptographicOperations.ZeroMemory(_secret);

    // HKDF-Expand-Label with an empty context.
    private static byte[] Expand(CipherSuite suite, byte[] secret, string label, int bytes)
    {
        var full = Encoding.ASCII.GetBytes("tls13 " + label);
        byte[] info = [(byte)(bytes >> 8), (byte)bytes, (byte)full.Length, .. full, 0];
        return HKDF.Expand(suite.Hash, secret, bytes, info);
    }
}
