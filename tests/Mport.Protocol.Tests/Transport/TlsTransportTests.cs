using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mport.Protocol.Transport;
using Mport.Testing;

namespace Mport.Protocol.Tests.Transport;

public sealed class TlsTransportTests
{
    [Fact]
    public async Task LargeWrites_ArriveWhole_BothWays()
    {
        var (client, edge) = await ConnectAsync();
        await using var _ = client;
        await using var __ = edge;
        var sent = RandomNumberGenerator.GetBytes(2_000_001);

        var up = client.WriteAsync(sent, default).AsTask();
        var down = edge.WriteAsync(sent, default).AsTask();
        var atEdge = ReadAsync(edge, sent.Length);
        var atClient = ReadAsync(client, sent.Length);
        await Task.WhenAll(up, down).Limited("both writes");

        Assert.Equal(sent, await atEdge.Limited("the bytes at the edge"));
        Assert.Equal(sent, await atClient.Limited("the bytes at the client"));
    }

    [Fact]
    public async Task WaitingWithAnEmptyBuffer_EndsWhenSomethingComes()
    {
        var (client, edge) = await ConnectAsync();
        await using var _ = client;
        await using var __ = edge;
        var waiting = edge.ReadAsync(Memory<byte>.Empty, default).AsTask();
        Assert.False(waiting.IsCompleted);

        await client.WriteAsync("x"u8.ToArray(), default);

        Assert.Equal(0, await waiting.Limited("the wait to end"));
        Assert.Equal("x"u8.ToArray(), await ReadAsync(edge, 1).Limited("the byte"));
    }

    [Fact]
    public async Task Carrier_SpeaksTls13_WithOurAlpn()
    {
        var (client, edge) = await ConnectAsync();
        await using var _ = client;
        await using var __ = edge;
        Assert.Equal(SslProtocols.Tls13, client.Tls.SslProtocol);
        Assert.Equal("mport/1", client.Tls.NegotiatedApplicationProtocol.ToString());
        Assert.Equal(TlsCipherSuite.TLS_AES_128_GCM_SHA256, edge.Tls.NegotiatedCipherSuite);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, "mport/1")]
    [InlineData(SslProtocols.Tls13, "h2")]
    public async Task OtherTlsVersionOrAlpn_IsRefused(SslProtocols version, string alpn) // SEC-27
    {
        var options = CarrierTls.ForClient("localhost", Verify);
        options.EnabledSslProtocols = version;
        options.CipherSuitesPolicy = null;
        options.ApplicationProtocols = [new SslApplicationProtocol(alpn)];
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(options));
    }

    private static readonly X509Certificate2 Certificate = TestCertificates.SelfSigned();

    private static bool Verify(object sender, X509Certificate? shown, object? chain, SslPolicyErrors errors) =>
        shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(Certificate.RawData);

    private static async Task<(TlsTransport Client, TlsTransport Edge)> ConnectAsync(SslClientAuthenticationOptions? options = null)
    {
        var (dialled, accepted) = await LoopbackPair.CreateAsync();
        var certificate = SslStreamCertificateContext.Create(Certificate, null, offline: true);
        var edge = TlsTransport.AcceptAsync(accepted, CarrierTls.ForEdge(certificate), default);
        var client = TlsTransport.ConnectAsync(dialled, options ?? CarrierTls.ForClient("localhost", Verify), default);
        await Task.WhenAll(client, edge).Limited("the TLS handshake");
        return (await client, await edge);
    }

    private static async Task<byte[]> ReadAsync(TlsTransport transport, int count)
    {
        var all = new byte[count];
        for (var filled = 0; filled < count;)
        {
            filled += await transport.ReadAsync(all.AsMemory(filled), default);
        }

        return all;
    }
}
