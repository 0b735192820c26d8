using System.Net.Security;
using System.Security.Cryptography;
using Mport.Protocol.Transport.OpenSsl;

namespace Mport.Protocol.Transport.Records;

/// <summary>One of the three cipher suites that a carrier may use; all have nonces of 12 bytes and tags of 16.</summary>
internal sealed record CipherSuite(TlsCipherSuite Id, string Name, HashAlgorithmName Hash, int HashBytes, int KeyBytes)
{
    public const int NonceBytes = 12;

    // AES-128-GCM first: with AES-NI the fastest by far.
    private static readonly CipherSuite[] All =
    [
        new(TlsCipherSuite.TLS_AES_128_GCM_SHA256, "TLS_AES_128_GCM_SHA256", HashAlgorithmName.SHA256, 32, 16),
        new(TlsCipherSuite.TLS_AES_256_GCM_SHA384, "TLS_AES_256_GCM_SHA384", HashAlgorithmName.SHA384, 48, 32),
        new(TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, "TLS_CHACHA20_POLY1305_SHA256", HashAlgorithmName.SHA256, 32, 32),
    ];

    /// <summary>Their names, the preferred one first, as OpenSSL wants them.</summary>
    public static string Names { get; } = string.Join(':', All.Select(suite => suite.Name));

    /// <summary>Their numbers, the preferred one first.</summary>
    public static IEnumerable<TlsCipherSuite> Ids => All.Select(suite => suite.Id);

    /// <summary>The suite of that number, or null when it is none of ours.</summary>
    public static CipherSuite? Find(int id) => Array.Find(All, suite => (int)suite.Id == id);

    /// <summary>OpenSSL's EVP_CIPHER for it.</summary>
    public nint Cipher() => Id switch
    {
        TlsCipherSuite.TLS_AES_128_GCM_SHA256 => LibCrypto.EVP_aes_128_gcm(),
        TlsCipherSuite.TLS_AES_256_GCM_SHA384 => LibCrypto.EVP_aes_256_gcm(),
        _ => LibCrypto.EVP_chacha20_poly1305(),
    };
}
