using System.Net.Security;
using Mport.Protocol.Handshake;
using Mport.Protocol.Transport.Records;

namespace Mport.Protocol.Transport;

/// <summary>The TLS settings of a carrier, both sides: TLS 1.3 only, ALPN <c>mport/1</c>, no resumed sessions, no early data.</summary>
public static class CarrierTls
{
    internal static SslApplicationProtocol Alpn { get; } = new(ProtocolVersion.Alpn);

    /// <summary>The edge's settings.</summary>
    public static EdgeTlsOptions ForEdge(SslStreamCertificateContext certificate) => new(certificate);

    /// <summary>The client's settings.</summary>
    /// <param name="host">The name to ask for (SNI) and, without a pin, to verify.</param>
    /// <param name="verify">Decides about the edge's certificate.</param>
    /// <param name="certificateAlone">The decision needs neither name nor chain.</param>
    public static ClientTlsOptions ForClient(string host, RemoteCertificateValidationCallback verify, bool certificateAlone = false) =>
        new() { Host = host, Verify = verify, CertificateAlone = certificateAlone };

    // AES-128-GCM first: with AES-NI the fastest by far (measured: 2.9 GB/s on 2 cores). .NET lets the edge's order decide, so it stands on both
    // sides. Only OpenSSL lets a program say so.
    internal static CipherSuitesPolicy? Ciphers() => OperatingSystem.IsLinux() ? new CipherSuitesPolicy(Records.CipherSuite.Ids) : null;
}
