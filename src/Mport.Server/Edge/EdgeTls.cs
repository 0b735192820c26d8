using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Mport.Server.Edge;

/// <summary>The TLS settings of HTTPS: 1.2 and 1.3 with forward-secret AEAD suites only (SEC-100). Carriers have their own, stricter ones.</summary>
internal static class EdgeTls
{
    // The ClientHello is here already, so this covers only the answer's way and the client's last flight.
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>What Kestrel asks for each connection.</summary>
    /// <param name="certificate">For names that have none of their own.</param>
    /// <param name="find">Finds the certificate of a name; null for none.</param>
    public static TlsHandshakeCallbackOptions ForKestrel(SslStreamCertificateContext certificate, Func<string?, SslStreamCertificateContext?> find)
    {
        var ciphers = Ciphers();
        return new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = HandshakeTimeout,
            OnConnection = connection => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = find(connection.ClientHelloInfo.ServerName) ?? certificate,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CipherSuitesPolicy = ciphers,
                AllowRenegotiation = false,
            }),
        };
    }

    // Only OpenSSL lets a program say so. .NET does not resume sessions under such a policy; no CBC suite is worth more.
    private static CipherSuitesPolicy? Ciphers() => OperatingSystem.IsLinux()
        ? new CipherSuitesPolicy(
        [
            TlsCipherSuite.TLS_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        ])
        : null;
}
