using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mport.Protocol.Transport.OpenSsl;

namespace Mport.Protocol.Transport;

/// <summary>The edge's side of a carrier's TLS. Make it once for a certificate: OpenSSL's form of it is kept here.</summary>
public sealed class EdgeTlsOptions
{
    private readonly Lazy<OpenSslContext?> _openSsl;

    /// <summary>Makes it.</summary>
    /// <param name="certificate">The certificate with its key and chain; must stay undisposed.</param>
    public EdgeTlsOptions(SslStreamCertificateContext certificate)
    {
        Certificate = certificate;
        _openSsl = new Lazy<OpenSslContext?>(() => OpenSslContext.ForEdge(certificate));
    }

    /// <summary>The certificate with its key and chain.</summary>
    public SslStreamCertificateContext Certificate { get; }

    /// <summary>The same for OpenSSL, or null when the key cannot leave where it is.</summary>
    internal OpenSslContext? OpenSsl => _openSsl.Value;

    /// <summary>The same for SslStream.</summary>
    internal SslServerAuthenticationOptions ForSslStream() => new()
    {
        ServerCertificateContext = Certificate,
        EnabledSslProtocols = SslProtocols.Tls13,
        ApplicationProtocols = [CarrierTls.Alpn],
        ClientCertificateRequired = false,
        AllowRenegotiation = false,
        AllowTlsResume = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CipherSuitesPolicy = CarrierTls.Ciphers(),
    };
}
