using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mport.Server.Certificates.Acme;
using Mport.Server.Edge.Listeners;

namespace Mport.Server.Certificates.Challenges;

/// <summary>Answers an authority's tls-alpn-01 (RFC 8737) at the edge's own TLS port: a handshake with a certificate that carries the answer, and nothing more.</summary>
internal sealed class AlpnChallenges(TimeProvider time) : IChallengeResponder, IChallengeAcceptor
{
    /// <summary>What an authority offers that looks.</summary>
    public const string Alpn = "acme-tls/1";

    private const string AcmeIdentifierOid = "1.3.6.1.5.5.7.1.31";
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, X509Certificate2> _pending = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public AcmeChallengeKind Kind => AcmeChallengeKind.TlsAlpn01;

    /// <inheritdoc />
    public Task<IAsyncDisposable> ShowAsync(string name, string token, string authorization, CancellationToken cancellationToken)
    {
        _pending[name] = CertificateFor(name, authorization);
        return Task.FromResult<IAsyncDisposable>(new ShownChallenge(() =>
        {
            _pending.TryRemove(name, out _);
            return ValueTask.CompletedTask;
        }));
    }

    /// <inheritdoc />
    public bool Takes(string host, IReadOnlyList<string> protocols) => !_pending.IsEmpty && protocols.Contains(Alpn) && _pending.ContainsKey(host);

    /// <inheritdoc />
    public async Task AcceptAsync(Socket socket, string host)
    {
        using var owned = socket;
        if (!_pending.TryGetValue(host, out var certificate))
        {
            return;
        }

        using var limit = new CancellationTokenSource(HandshakeLimit, time);
        await using var tls = new SslStream(new NetworkStream(socket));
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate, ApplicationProtocols = [new SslApplicationProtocol(Alpn)] }, limit.Token);
            await tls.ShutdownAsync().WaitAsync(HandshakeLimit, time, limit.Token);
        }
        catch (Exception over) when (over is IOException or AuthenticationException or OperationCanceledException or TimeoutException or SocketException or ObjectDisposedException)
        {
            // The authority tells what it saw.
        }
    }

    private static X509Certificate2 CertificateFor(string name, string authorization)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        var answer = new AsnWriter(AsnEncodingRules.DER);
        answer.WriteOctetString(SHA256.HashData(Encoding.ASCII.GetBytes(authorization)));
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
        {
            CertificateExtensions = { names.Build(), new X509Extension(AcmeIdentifierOid, answer.Encode(), critical: true) },
        };

        // The authority looks at what it says, not at its age; any clock will do.
        return request.CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }
}
