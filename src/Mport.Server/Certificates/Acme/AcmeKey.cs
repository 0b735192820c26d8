using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Mport.Server.Certificates.Acme;

/// <summary>The key of an account with an authority: signs requests (RFC 7515, ES256).</summary>
internal sealed class AcmeKey : IDisposable
{
    private readonly ECDsa _key;

    private AcmeKey(ECDsa key)
    {
        _key = key;
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        (X, Y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));

        // RFC 7638: the members in this order, nothing between them.
        Thumbprint = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{X}}","y":"{{Y}}"}""")));
    }

    /// <summary>The public key's first coordinate.</summary>
    public string X { get; }

    /// <summary>The public key's second coordinate.</summary>
    public string Y { get; }

    /// <summary>The public key's fingerprint, which the answer to a challenge carries.</summary>
    public string Thumbprint { get; }

    /// <summary>A new key.</summary>
    public static AcmeKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads what <see cref="Export"/> gives.</summary>
    public static AcmeKey Import(ReadOnlySpan<byte> pkcs8)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return new AcmeKey(key);
    }

    /// <summary>The key, to be sealed and kept.</summary>
    public byte[] Export() => _key.ExportPkcs8PrivateKey();

    /// <summary>What a challenge must be answered with (8.1).</summary>
    public string Authorize(string token) => $"{token}.{Thumbprint}";

    /// <summary>Signs a request (6.2).</summary>
    /// <param name="url">Where it goes.</param>
    /// <param name="nonce">What makes it good for once.</param>
    /// <param name="account">The account's address; null for a request that makes one, which carries the key itself.</param>
    /// <param name="payload">The body; empty for a look.</param>
    public byte[] Sign(Uri url, string nonce, Uri? account, ReadOnlySpan<byte> payload)
    {
        var head = Base64Url.EncodeToString(Write(json =>
        {
            json.WriteString("alg", "ES256");
            if (account is not null)
            {
                json.WriteString("kid", account.AbsoluteUri);
            }
            else
            {
                json.WriteStartObject("jwk");
                json.WriteString("crv", "P-256");
                json.WriteString("kty", "EC");
                json.WriteString("x", X);
                json.WriteString("y", Y);
                json.WriteEndObject();
            }

            json.WriteString("nonce", nonce);
            json.WriteString("url", url.AbsoluteUri);
        }));
        var body = Base64Url.EncodeToString(payload);
        var signature = Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes($"{head}.{body}"), HashAlgorithmName.SHA256));
        return Write(json =>
        {
            json.WriteString("protected", head);
            json.WriteString("payload", body);
            json.WriteString("signature", signature);
        });
    }

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
