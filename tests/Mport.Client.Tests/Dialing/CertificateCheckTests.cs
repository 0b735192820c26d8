using System.Security.Cryptography.X509Certificates;
using Mport.Client.Dialing;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Identity;
using Mport.Testing;

namespace Mport.Client.Tests.Dialing;

/// <summary>SEC-27, with real TLS on loopback. That the system's authorities are accepted cannot be shown without one of their certificates.</summary>
public sealed class CertificateCheckTests
{
    [Fact]
    public async Task RightPin_IsAccepted() => Assert.Null(await DialAsync(TestCertificates.SelfSigned(), Pinned));

    [Fact]
    public async Task RightPin_StandsForNameAndExpiryToo() => Assert.Null(await DialAsync(TestCertificates.SelfSigned("another.example", expired: true), Pinned));

    [Fact]
    public async Task WrongPin_IsRefusedForGood_AndSaysBothPins()
    {
        var certificate = TestCertificates.FromOwnAuthority();
        var shown = CertificatePin.Of(certificate.RawData);
        var wrong = CertificatePin.Of("another certificate"u8);

        var failure = await DialAsync(certificate, (options, _) => options with { Pin = wrong });

        Assert.Equal(ConnectionErrors.PinMismatch.Code, failure?.Code);
        Assert.False(failure?.Retry);
        Assert.Contains(shown.ToString(), failure?.Text, StringComparison.Ordinal);
        Assert.Contains(wrong.ToString(), failure?.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongPin_IsRefusedEvenWhenInsecure() => Assert.Equal(
        ConnectionErrors.PinMismatch.Code,
        (await DialAsync(TestCertificates.SelfSigned(), (options, _) => options with { Pin = CertificatePin.Of("other"u8), Insecure = true }))?.Code);

    [Fact]
    public async Task NoPin_SelfSigned_IsRefused_AndSaysHowToPin()
    {
        var certificate = TestCertificates.SelfSigned();
        var shown = CertificatePin.Of(certificate.RawData);

        var failure = await DialAsync(certificate, Unpinned);

        Assert.Equal(ConnectionErrors.CertificateUntrusted.Code, failure?.Code);
        Assert.False(failure?.Retry);
        Assert.Contains("not from an authority", failure?.Text, StringComparison.Ordinal);
        Assert.Contains($"--pin {shown}", failure?.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoPin_UnknownAuthority_IsRefused() =>
        Assert.Equal(ConnectionErrors.CertificateUntrusted.Code, (await DialAsync(TestCertificates.FromOwnAuthority(), Unpinned))?.Code);

    [Fact]
    public async Task NoPin_Expired_IsRefused_AndSaysSo() =>
        Assert.Contains("expired", (await DialAsync(TestCertificates.SelfSigned(expired: true), Unpinned))?.Text, StringComparison.Ordinal);

    [Fact]
    public async Task NoPin_AnotherName_IsRefused_AndSaysSo() =>
        Assert.Contains("for another name", (await DialAsync(TestCertificates.SelfSigned("another.example"), Unpinned))?.Text, StringComparison.Ordinal);

    [Fact]
    public async Task Insecure_AcceptsAnything() =>
        Assert.Null(await DialAsync(TestCertificates.SelfSigned("another.example", expired: true), (options, _) => options with { Insecure = true }));

    private static ClientOptions Pinned(ClientOptions options, CertificatePin pin) => options with { Pin = pin };

    private static ClientOptions Unpinned(ClientOptions options, CertificatePin pin) => options;

    private static async Task<Failure?> DialAsync(X509Certificate2 certificate, Func<ClientOptions, CertificatePin, ClientOptions> trust)
    {
        await using var edge = new FakeEdge(certificate);
        var options = trust(RunningClient.Options(edge.Port, null), edge.Pin);
        var hello = new Hello { Protocol = 1, ClientVersion = "0.0.1", ClientId = "test", Instance = "test", Token = options.Token };
        var result = await new EdgeDialer(options, RunningClient.Eager, TimeProvider.System).DialAsync(() => hello, CancellationToken.None).Limited("a dial");
        Assert.Equal(result.Failure is null ? 1 : 0, edge.Greetings);
        await (result.Greeted?.Transport.DisposeAsync() ?? default);
        return result.Failure;
    }
}
