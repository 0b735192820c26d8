using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Data;
using Mport.Server.Hosting;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Hosting;

public sealed class EdgeCertificateTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    public EdgeCertificateTests() => Directory.CreateDirectory(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SelfMade_FitsTheDomainAndItsSubdomainsForTenYears()
    {
        using var made = await MadeAsync("tunnels.example");

        Assert.True(made.Certificate.MatchesHostname("tunnels.example"));
        Assert.True(made.Certificate.MatchesHostname("calm-otter-12345.tunnels.example"));
        Assert.False(made.Certificate.MatchesHostname("localhost"));
        Assert.Equal(256, made.Certificate.GetECDsaPublicKey()?.KeySize);
        Assert.True(made.Certificate.HasPrivateKey);
        Assert.Equal(_time.GetUtcNow().AddYears(10).UtcDateTime, made.Certificate.NotAfter.ToUniversalTime());
        Assert.True(made is { IsSelfMade: true, NeedsPin: true });
        Assert.Equal(CertificatePin.Of(made.Certificate.RawData), made.Pin);
    }

    [Theory]
    [InlineData("localhost", "localhost")]
    [InlineData("localhost", "a.localhost")]
    [InlineData("localhost", "127.0.0.1")]
    [InlineData("localhost", "::1")]
    [InlineData("192.0.2.5", "192.0.2.5")]
    public async Task SelfMade_FitsLocalNames(string domain, string name)
    {
        using var made = await MadeAsync(domain);

        Assert.True(made.Certificate.MatchesHostname(name));
    }

    [Fact]
    public async Task MadeOnce_IsLoadedAfterwards()
    {
        using var first = await MadeAsync("localhost");
        using var second = await MadeAsync("localhost");

        Assert.Equal(first.Pin, second.Pin);
        Assert.False(EdgeFiles.IsOpenToOthers(_folder.File("edge.key")));
    }

    // REL-57: killed after the key and before the certificate.
    [Fact]
    public async Task KeyWithoutCertificate_IsMadeAgain()
    {
        (await MadeAsync("localhost")).Dispose();
        File.Delete(_folder.File("edge.crt"));
        _folder.Write("edge.crt.new", "half a certif");

        using var again = await MadeAsync("localhost");

        Assert.True(again.Certificate.HasPrivateKey);
    }

    [Fact]
    public async Task KeyThatOthersMayRead_IsRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        (await MadeAsync("localhost")).Dispose();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.File("edge.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        }

        await RefusedAsync(Settings("localhost"));
    }

    [Fact]
    public async Task KeyLost_IsRefusedRatherThanReplaced()
    {
        (await MadeAsync("localhost")).Dispose();
        File.Delete(_folder.File("edge.key"));

        await RefusedAsync(Settings("localhost"));
    }

    [Fact]
    public async Task Expired_IsRefused()
    {
        (await MadeAsync("localhost")).Dispose();
        _time.Advance(TimeSpan.FromDays(3660));

        Assert.Contains("expired", (await RefusedAsync(Settings("localhost"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_IsUsedWithItsIssuers()
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = request.CreateSelfSigned(_time.GetUtcNow().AddDays(-1), _time.GetUtcNow().AddDays(100));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = new CertificateRequest("CN=tunnels.example", key, HashAlgorithmName.SHA256)
            .Create(authority, _time.GetUtcNow().AddDays(-1), _time.GetUtcNow().AddDays(90), [1, 2, 3]);
        var settings = Settings("tunnels.example") with
        {
            CertificateFile = _folder.Write("full.pem", leaf.ExportCertificatePem() + "\n" + authority.ExportCertificatePem()),
            KeyFile = WriteSecret("key.pem", key.ExportPkcs8PrivateKeyPem()),
        };

        using var given = EdgeCertificate.Load(settings, _time);

        Assert.True(given is { IsSelfMade: false, NeedsPin: false });
        Assert.Equal(authority.Thumbprint, Assert.Single(given.Chain).Thumbprint);
        Assert.Equal(CertificatePin.Of(leaf.RawData), given.Pin);
    }

    [Fact]
    public async Task KeyOfAnotherCertificate_IsRefused()
    {
        (await MadeAsync("localhost")).Dispose();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        await RefusedAsync(Settings("localhost") with
        {
            CertificateFile = _folder.File("edge.crt"),
            KeyFile = WriteSecret("other.pem", other.ExportPkcs8PrivateKeyPem()),
        });
    }

    private EdgeSettings Settings(string domain) => new() { DataFolder = _folder.Path, Domain = domain, Database = DatabaseUrl.InFolder(_folder.Path) };

    private Task<EdgeCertificate> MadeAsync(string domain) =>
        EdgeCertificate.LoadOrCreateAsync(Settings(domain), _time, CancellationToken.None).Limited("the certificate");

    private async Task<Failure> RefusedAsync(EdgeSettings settings)
    {
        var refused = await Assert.ThrowsAsync<EdgeStartException>(() => EdgeCertificate.LoadOrCreateAsync(settings, _time, CancellationToken.None).Limited("the refusal"));
        Assert.Equal(EdgeErrors.CertificateUnusable.Code, refused.Failure.Code);
        return refused.Failure;
    }

    private string WriteSecret(string name, string text)
    {
        using (var file = EdgeFiles.Open(_folder.File(name), FileMode.CreateNew, FileShare.None))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(text));
        }

        return _folder.File(name);
    }
}
