using System.Net.Security;
using Mport.Server.Certificates.Acme;
using Mport.Server.Certificates.Challenges;
using Mport.Server.Domains;
using Mport.Server.Events;
using Mport.Server.Metrics;

namespace Mport.Server.Certificates;

/// <summary>The parts of a running edge that are about authorities' certificates, put together.</summary>
internal sealed class EdgeCertificates : IDisposable
{
    private readonly AcmeOptions? _options;
    private readonly CertificateStore _store;
    private readonly CertificateSeal _seal;
    private readonly IChallengeResponder _responder;
    private readonly TimeProvider _time;
    private AcmeHttp? _http;
    private AcmeKey? _key;

    /// <summary>Puts them together.</summary>
    /// <param name="options">How certificates are got; null for not at all.</param>
    /// <param name="domain">The edge's own domain.</param>
    /// <param name="store">The queries.</param>
    /// <param name="seal">Seals keys.</param>
    /// <param name="proven">The custom domains.</param>
    /// <param name="events">Takes events.</param>
    /// <param name="meters">The edge's meters.</param>
    /// <param name="loggers">The logs.</param>
    /// <param name="time">The clock.</param>
    public EdgeCertificates(AcmeOptions? options, string domain, CertificateStore store, CertificateSeal seal, ProvenHosts proven, IEventLog events, EdgeMeters meters, ILoggerFactory loggers, TimeProvider time)
    {
        (_options, _store, _seal, _time) = (options, store, seal, time);
        Alpn = new AlpnChallenges(time);
        Book = new CertificateBook(seal);
        var challenge = options?.Challenge ?? AcmeChallengeKind.Http01;
        _responder = options?.DnsHook is { } program ? new DnsHookChallenges(program, time) : challenge == AcmeChallengeKind.TlsAlpn01 ? Alpn : Http;
        Wanted = options is null ? null : new WantedCertificates(domain, challenge, proven);
        Keeper = Wanted is null ? null : new CertificateKeeper(Wanted, store, Book, seal, OpenIssuerAsync, events, new CertificatesMetrics(meters, Book), time, loggers.CreateLogger<CertificateKeeper>());
    }

    /// <summary>Answers http-01.</summary>
    public HttpChallenges Http { get; } = new();

    /// <summary>Answers tls-alpn-01.</summary>
    public AlpnChallenges Alpn { get; }

    /// <summary>The certificates by name.</summary>
    public CertificateBook Book { get; }

    /// <summary>The names that certificates are got for; null where none are.</summary>
    public WantedCertificates? Wanted { get; }

    /// <summary>Gets certificates; null where none are got.</summary>
    public CertificateKeeper? Keeper { get; }

    /// <summary>The certificate for a handshake; null for the edge's own.</summary>
    /// <param name="serverName">The name that was asked for, as sent.</param>
    public SslStreamCertificateContext? Find(string? serverName) =>
        serverName is { Length: > 0 } && Book.Count > 0 ? Book.Find(serverName.ToLowerInvariant().TrimEnd('.')) : null;

    /// <summary>Gets and renews certificates until it is told to stop.</summary>
    public Task RunAsync(CancellationToken stop) => Keeper?.RunAsync(stop) ?? Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose()
    {
        _http?.Dispose();
        _key?.Dispose();
    }

    private async Task<AcmeIssuer> OpenIssuerAsync(CancellationToken cancellationToken)
    {
        var options = _options ?? throw new InvalidOperationException("No authority is given.");
        var http = _http ??= new AcmeHttp(options.CaFile, _time);
        var key = _key ??= await OpenKeyAsync(options.Directory.AbsoluteUri, cancellationToken);
        return new AcmeIssuer(new AcmeClient(http, key, options.Directory), _responder, options.Contact?.Value, _time);
    }

    private async Task<AcmeKey> OpenKeyAsync(string directory, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await _store.FindAccountAsync(directory, cancellationToken) is { } known)
            {
                if (_seal.Open(known, directory) is { } opened)
                {
                    return AcmeKey.Import(opened);
                }

                // Sealed with keys that are gone: authorities give a new account to a new key.
                await _store.RemoveAccountAsync(directory, cancellationToken);
            }

            var key = AcmeKey.Create();
            if (await _store.AddAccountAsync(directory, _seal.Seal(key.Export(), directory), cancellationToken))
            {
                return key;
            }

            key.Dispose();
        }
    }
}
