using System.Security.Cryptography;

namespace Mport.Protocol.Identity;

/// <summary>
/// What a client trusts instead of the system's authorities: the SHA-256 of the edge's certificate (its DER form), written <c>sha256:</c> and
/// 64 hexadecimal digits. <c>openssl x509 -fingerprint -sha256</c> prints the same digits.
/// </summary>
public readonly record struct CertificatePin
{
    private const string Prefix = "sha256:";

    private CertificatePin(string hex) => Hex = hex;

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public string Hex { get; }

    /// <summary>The pin of a certificate given in DER form.</summary>
    public static CertificatePin Of(ReadOnlySpan<byte> certificate) => new(Convert.ToHexStringLower(SHA256.HashData(certificate)));

    /// <summary>Reads <c>sha256:…</c>; colons between the digits and either case are accepted.</summary>
    public static bool TryParse(string? text, out CertificatePin pin)
    {
        pin = default;
        if (text is null || !text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var hex = text[Prefix.Length..].Replace(":", "").ToLowerInvariant();
        if (hex.Length != 64 || !hex.All(char.IsAsciiHexDigit))
        {
            return false;
        }

        pin = new CertificatePin(hex);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => Prefix + Hex;
}
