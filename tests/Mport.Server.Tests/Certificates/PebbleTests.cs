using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Certificates;
using Mport.Server.Certificates.Acme;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Certificates;

/// <summary>An edge that gets its certificates from a real ACME authority, with a clock that the test moves.</summary>
public sealed class PebbleTests : IAsyncLifetime
{
    private const string Domain = "edge.test";

    private readonly DnsRecords _dns = DnsRecords.Start();
    private readonly SteppedClock _clock = new(TimeProvider.System);
    private readonly ReservedPort _http = new();
    private readonly ReservedPort _tls = new();
    private PebbleServer? _pebble;
    private RunningTestEdge? _edge;
    private ApiUser? _owner;

    private PebbleServer Pebble => _pebble ?? throw new InvalidOperationException("pebble does not run.");

    private RunningTestEdge Edge => _edge ?? throw new InvalidOperationException("The edge does not run.");

    private ApiUser Owner => _owner ?? throw new InvalidOperationException("The edge does not run.");

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PebbleServer.Missing is not null, PebbleServer.Missing ?? "");
        _dns.SetAddress(Domain, IPAddress.Loopback);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _owner?.Dispose();
        if (_edge is not null)
        {
            await _edge.DisposeAsync();
        }

        if (_pebble is not null)
        {
            await _pebble.DisposeAsync();
        }

        await _dns.DisposeAsync();
        _http.Dispose();
        _tls.Dispose();
    }

    [Theory]
    [InlineData(AcmeChallengeKind.Http01, 0)]
    [InlineData(AcmeChallengeKind.TlsAlpn01, 50)]
    internal async Task EdgesOwnDomain_GetsACertificate_ThoughTheAuthorityRefusesNonces(AcmeChallengeKind challenge, int refusedNonces) // REL-29
    {
        await StartAsync(challenge, refusedNonces);
        await IssuedAsync(Domain);

        await AssertServedAsync(Domain);
        Assert.Equal("CN=edge.test", await SubjectAsync("unknown.edge.test"));
    }

    [Fact]
    public async Task CustomDomain_GetsACertificateOnceItIsProven_AndNoOtherNameDoes() // SEC-103
    {
        await StartAsync(AcmeChallengeKind.TlsAlpn01);
        await IssuedAsync(Domain);
        var made = await Owner.PostAsync("/api/v1/domains", """{"name":"shop.example.com"}""");
        _dns.SetAddress("shop.example.com", IPAddress.Loopback);
        _dns.SetText("_mport-challenge.shop.example.com", made.Json.GetProperty("records")[0].GetProperty("value").GetString() ?? "");
        Assert.Equal("CN=edge.test", await SubjectAsync("shop.example.com"));

        Assert.Equal("proven", (await Owner.PostAsync($"/api/v1/domains/{made["id"]}/check", ""))["state"]);
        await IssuedAsync("shop.example.com");
        await AssertServedAsync("shop.example.com");

        for (var i = 0; i < 1000; i++)
        {
            Assert.Null(Edge.Certificates.Find($"random{i}.example.com"));
        }

        Assert.Equal(["edge.test", "shop.example.com"], (await Edge.Data.Certificates.ListAsync(CancellationToken.None)).Select(state => state.Name).Order(StringComparer.Ordinal));
        Assert.Equal(204, (await Owner.DeleteAsync($"/api/v1/domains/{made["id"]}")).Status);
        await Edge.Logs.WhenLoggedAsync("The certificate of shop.example.com is served no more");
        Assert.Equal("CN=edge.test", await SubjectAsync("shop.example.com"));
    }

    [Fact]
    public async Task Renewal_HappensByItself_AndTheOldOneServesWhereItFails() // REL-28
    {
        await StartAsync(AcmeChallengeKind.TlsAlpn01, validSeconds: 90 * 24 * 3600);
        await IssuedAsync(Domain);
        var first = await SerialAsync(Domain);

        _dns.Remove(Domain);
        Step(TimeSpan.FromDays(61));
        await Edge.Logs.WhenLoggedAsync("No certificate for edge.test after 1 attempts");
        Assert.Equal(first, await SerialAsync(Domain));
        Step(TimeSpan.FromDays(16));
        await Edge.Logs.WhenLoggedAsync("The certificate of edge.test ends");
        await Edge.Logs.WhenLoggedAsync("No certificate for edge.test after 2 attempts");

        _dns.SetAddress(Domain, IPAddress.Loopback);
        Step(TimeSpan.FromDays(1));
        await IssuedAsync(Domain, times: 2);
        Assert.NotEqual(first, await SerialAsync(Domain));
        Assert.Equal(["certificate.issued", "certificate.failed", "certificate.expiring", "certificate.failed", "certificate.issued"], await KindsAsync());
    }

    [Fact]
    public async Task KeysInTheDatabase_AreSealed() // SEC-101
    {
        await StartAsync(AcmeChallengeKind.Http01);
        await IssuedAsync(Domain);

        var stored = Assert.Single(await Edge.Data.Certificates.ListSinceAsync(default, CancellationToken.None));
        var key = Edge.Data.Seal.Open(stored.Key, Domain);
        Assert.NotNull(key);
        Assert.Null(Edge.Data.Seal.Open(stored.Key, "other.test"));
        Assert.True(stored.Key.AsSpan().IndexOf(key.AsSpan(key.Length - 32)) < 0);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(Path.GetDirectoryName(Edge.DatabasePath) ?? "", CertificateSeal.FolderName)));
        }
    }

    private async Task StartAsync(AcmeChallengeKind challenge, int refusedNonces = 0, long? validSeconds = null)
    {
        _pebble = await PebbleServer.PrepareAsync();
        await _pebble.RunAsync(_http.Port, _tls.Port, _dns.EndPoint, refusedNonces, validSeconds);
        _http.Dispose();
        _tls.Dispose();
        _edge = await RunningTestEdge.StartAsync(time: _clock, change: settings => settings with
        {
            Domain = Domain,
            HttpPort = _http.Port,
            TlsPort = _tls.Port,
            DnsServer = _dns.EndPoint,
            Acme = new AcmeOptions { Directory = Pebble.Directory, CaFile = Pebble.CaFile, Challenge = challenge },
        });
        _owner = new ApiUser(_edge, await AdminTokenAsync());
    }

    private async Task<Secret> AdminTokenAsync()
    {
        Assert.True(TokenName.TryParse("admin", out var name));
        return (await Edge.Data.Tokens.CreateAsync(new NewToken { UserId = Edge.Owner, Name = name, Scopes = TokenScopes.All }, CancellationToken.None)).Token;
    }

    private Task IssuedAsync(string name, int times = 1) => Edge.Logs.WhenLoggedAsync($"Certificate for {name}:", times);

    private void Step(TimeSpan by)
    {
        _clock.Step(by);
        Edge.Certificates.Keeper?.Wake();
    }

    private async Task<IEnumerable<string?>> KindsAsync() => (await Owner.GetAsync("/api/v1/events?kind=certificate.&sort=at&account=all")).Json.GetProperty("data").EnumerateArray().Select(e => e.GetProperty("kind").GetString());

    private async Task AssertServedAsync(string host)
    {
        using var root = X509Certificate2.CreateFromPem(await Pebble.RootAsync());
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { root } };
        using var shown = await HandshakeAsync(host, policy);
        Assert.Contains(host, shown.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames());
    }

    private async Task<string> SubjectAsync(string host)
    {
        using var shown = await HandshakeAsync(host, policy: null);
        return shown.Subject;
    }

    private async Task<string> SerialAsync(string host)
    {
        using var shown = await HandshakeAsync(host, policy: null);
        return shown.SerialNumber;
    }

    private async Task<X509Certificate2> HandshakeAsync(string host, X509ChainPolicy? policy)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Edge.Tls).Limited("a connection");
        await using var tls = new SslStream(new NetworkStream(socket));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = host,
            CertificateChainPolicy = policy,
            // Without a policy, the test looks at the certificate itself.
            RemoteCertificateValidationCallback = (_, certificate, _, errors) => certificate is not null && (policy is null || errors == SslPolicyErrors.None),
        }).Limited("the handshake");
        return X509CertificateLoader.LoadCertificate((tls.RemoteCertificate ?? throw new InvalidOperationException("No certificate was shown.")).GetRawCertData());
    }
}
