using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Mport.Protocol.Transport;

/// <summary>The client's side of a carrier's TLS.</summary>
public sealed record ClientTlsOptions
{
    /// <summary>The name to ask for (SNI) and, without a pin, to verify.</summary>
    public required string Host { get; init; }

    /// <summary>Decides about the edge's certificate.</summary>
    public required RemoteCertificateValidationCallback Verify { get; init; }

    /// <summary>
    /// The decision needs the certificate alone: then no chain need be built, which would take the client 150 ms for the system's authorities, and
    /// <see cref="Verify"/> may be told of every possible error.
    /// </summary>
    public bool CertificateAlone { get; init; }

    /// <summary>The same for SslStream, which builds the chain in any case.</summary>
    internal SslClientAuthenticationOptions ForSslStream() => new()
    {
        TargetHost = Host,
        EnabledSslProtocols = SslProtocols.Tls13,
        ApplicationProtocols = [CarrierTls.Alpn],
        RemoteCertificateValidationCallback = Verify,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        AllowRenegotiation = false,
        CipherSuitesPolicy = CarrierTls.Ciphers(),
    };
}
