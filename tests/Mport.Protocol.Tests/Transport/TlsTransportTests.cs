using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Mport.Protocol.Transport;
using Mport.Testing;

namespace Mport.Protocol.Tests.Transport;

/// <summary>What a carrier's TLS does whichever engine is at either end.</summary>
public sealed class TlsTransportTests
{
    public static TheoryData<bool, bool> Engines => TlsPair.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task LargeWrites_ArriveWhole_BothWays(bool client, bool edge)
    {
        await using var pair = await TlsPair.CreateAsync(client, edge);
        var sent = RandomNumberGenerator.GetBytes(2_000_001);

        var up = pair.Client.WriteAsync(sent, default).AsTask();
        var down = pair.Edge.WriteAsync(sent, default).AsTask();
        var atEdge = TlsPair.ReadAsync(pair.Edge, sent.Length);
        var atClient = TlsPair.ReadAsync(pair.Client, sent.Length);
        await Task.WhenAll(up, down).Limited("both writes");

        Assert.Equal(sent, await atEdge.Limited("the bytes at the edge"));
        Assert.Equal(sent, await atClient.Limited("the bytes at the client"));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task WritesOfAnySize_ReadInPiecesOfAnySize_ArriveInOrder(bool client, bool edge)
    {
        await using var pair = await TlsPair.CreateAsync(client, edge);
        var random = new Random(1);
        var sent = RandomNumberGenerator.GetBytes(400_000);
        var writing = WriteInPiecesAsync();
        var got = new byte[sent.Length];
        for (var filled = 0; filled < got.Length;)
        {
            var size = random.Next(4) switch { 0 => random.Next(1, 8), 1 => 16 * 1024, 2 => 100_000, _ => random.Next(1, 40_000) };
            filled += await pair.Edge.ReadAsync(got.AsMemory(filled, Math.Min(size, got.Length - filled)), default).Limited("more bytes");
        }

        await writing.Limited("the writes");
        Assert.Equal(sent, got);

        async Task WriteInPiecesAsync()
        {
            var sizes = new Random(2);
            for (var written = 0; written < sent.Length;)
            {
                var size = Math.Min(sizes.Next(3) == 0 ? sizes.Next(1, 100) : sizes.Next(1, 60_000), sent.Length - written);
                await pair.Client.WriteAsync(sent.AsMemory(written, size), default);
                written += size;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task WaitingWithAnEmptyBuffer_EndsWhenSomethingComes(bool client, bool edge)
    {
        await using var pair = await TlsPair.CreateAsync(client, edge);
        var waiting = pair.Edge.ReadAsync(Memory<byte>.Empty, default).AsTask();
        Assert.False(waiting.IsCompleted);

        await pair.Client.WriteAsync("x"u8.ToArray(), default);

        Assert.Equal(0, await waiting.Limited("the wait to end"));
        Assert.Equal("x"u8.ToArray(), await TlsPair.ReadAsync(pair.Edge, 1).Limited("the byte"));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Carrier_HasOurAlpn_AndAes128First(bool client, bool edge)
    {
        await using var pair = await TlsPair.CreateAsync(client, edge);
        Assert.Equal("mport/1", pair.Client.ApplicationProtocol);
        Assert.Equal("mport/1", pair.Edge.ApplicationProtocol);
        Assert.Equal(TlsCipherSuite.TLS_AES_128_GCM_SHA256, pair.Edge.CipherSuite);
        Assert.Equal(TlsCipherSuite.TLS_AES_128_GCM_SHA256, pair.Client.CipherSuite);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task DataThatComesWithTheLastFlight_IsNotLost(bool client, bool edge)
    {
        var (dialled, nearClient) = await LoopbackPair.CreateAsync();
        var (nearEdge, accepted) = await LoopbackPair.CreateAsync();
        using var _ = nearClient;
        using var __ = nearEdge;
        var accepting = TlsTransport.AcceptAsync(accepted, TlsPair.EdgeOptions, TlsPair.Engine(edge), default);
        var dialling = TlsTransport.ConnectAsync(dialled, TlsPair.ClientOptions, TlsPair.Engine(client), default);
        var buffer = new byte[64 * 1024];
        var answers = PassOnAsync(nearEdge, nearClient);
        await nearEdge.SendAsync(buffer.AsMemory(0, await nearClient.ReceiveAsync(buffer).Limited("the client's greeting")));
        await using var atClient = await dialling.Limited("the client's side");
        await atClient.WriteAsync("early"u8.ToArray(), default);

        // ChangeCipherSpec and Finished take 64 bytes, the data 27.
        var both = 0;
        while (both < 64 + 27)
        {
            both += await nearClient.ReceiveAsync(buffer.AsMemory(both)).Limited("the last flight and the data");
        }

        await nearEdge.SendAsync(buffer.AsMemory(0, both));
        await using var atEdge = await accepting.Limited("the edge's side");
        Assert.Equal("early"u8.ToArray(), await TlsPair.ReadAsync(atEdge, 5).Limited("what came with it"));
        await atEdge.DisposeAsync();
        await answers.Limited("the edge's last answer");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task PeerCloses_ReadsGiveTheRestAndThenTheEnd(bool client, bool edge)
    {
        await using var pair = await TlsPair.CreateAsync(client, edge);

        // With this the client has read all that the edge has sent, session tickets included: a close would else be a reset.
        await pair.Edge.WriteAsync("x"u8.ToArray(), default);
        await TlsPair.ReadAsync(pair.Client, 1).Limited("a byte at the client");
        await pair.Client.WriteAsync("last"u8.ToArray(), default);
        await pair.Client.DisposeAsync();

        Assert.Equal("last"u8.ToArray(), await TlsPair.ReadAsync(pair.Edge, 4).Limited("the last bytes"));
        Assert.Equal(0, await pair.Edge.ReadAsync(new byte[1], default).Limited("the end"));
        Assert.Equal(0, await pair.Edge.ReadAsync(new byte[1], default).Limited("the end, again"));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task CertificateNotAccepted_IsAnAuthenticationException_AndEndsTheEdgesSideToo(bool client, bool edge) // SEC-27
    {
        var (dialled, accepted) = await LoopbackPair.CreateAsync();
        var accepting = AcceptAndReadAsync(accepted, edge);
        var options = CarrierTls.ForClient("localhost", (_, _, _, _) => false);

        await Assert.ThrowsAsync<AuthenticationException>(() => TlsTransport.ConnectAsync(dialled, options, TlsPair.Engine(client), default)).Limited("the refusal");

        Assert.Null(await accepting.Limited("the edge to notice"));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task DecisionThatThrows_IsAFailedHandshake(bool client, bool edge) // SEC-27
    {
        var (dialled, accepted) = await LoopbackPair.CreateAsync();
        var accepting = AcceptAndReadAsync(accepted, edge);
        var options = CarrierTls.ForClient("localhost", (_, _, _, _) => throw new InvalidOperationException("a fault of ours"));

        await Assert.ThrowsAnyAsync<Exception>(() => TlsTransport.ConnectAsync(dialled, options, TlsPair.Engine(client), default)).Limited("the failure");

        Assert.Null(await accepting.Limited("the edge to notice"));
    }

    [Theory]
    [InlineData(true, SslProtocols.Tls12, "mport/1")]
    [InlineData(true, SslProtocols.Tls13, "h2")]
    [InlineData(false, SslProtocols.Tls12, "mport/1")]
    [InlineData(false, SslProtocols.Tls13, "h2")]
    public async Task OtherTlsVersionOrAlpn_IsRefusedByTheEdge(bool openSsl, SslProtocols version, string alpn) // SEC-27, SEC-100
    {
        var (dialled, accepted) = await LoopbackPair.CreateAsync();
        var accepting = TlsTransport.AcceptAsync(accepted, TlsPair.EdgeOptions, TlsPair.Engine(openSsl), default);
        await using var client = new SslStream(new NetworkStream(dialled, ownsSocket: true));
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = version,
            ApplicationProtocols = [new SslApplicationProtocol(alpn)],
            RemoteCertificateValidationCallback = TlsPair.Verify,
        };

        await Assert.ThrowsAnyAsync<Exception>(() => client.AuthenticateAsClientAsync(options)).Limited("the client's refusal");
        await Assert.ThrowsAsync<AuthenticationException>(() => accepting).Limited("the edge's refusal");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task GarbageInsteadOfTls_IsAnAuthenticationException(bool client, bool edge)
    {
        var (dialled, accepted) = await LoopbackPair.CreateAsync();
        var accepting = TlsTransport.AcceptAsync(accepted, TlsPair.EdgeOptions, TlsPair.Engine(edge), default);
        await dialled.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        await Assert.ThrowsAsync<AuthenticationException>(() => accepting).Limited("the edge's refusal");

        (dialled, accepted) = await LoopbackPair.CreateAsync();
        var dialling = TlsTransport.ConnectAsync(dialled, TlsPair.ClientOptions, TlsPair.Engine(client), default);
        await accepted.SendAsync("SSH-2.0-OpenSSH_9.6\r\n"u8.ToArray());
        await Assert.ThrowsAsync<AuthenticationException>(() => dialling).Limited("the client's refusal");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task ClosedDuringTheHandshake_IsAnIOException(bool client, bool edge)
    {
        var (dialled, accepted) = await LoopbackPair.CreateAsync();
        var accepting = TlsTransport.AcceptAsync(accepted, TlsPair.EdgeOptions, TlsPair.Engine(edge), default);
        dialled.Shutdown(SocketShutdown.Send);
        await Assert.ThrowsAsync<IOException>(() => accepting).Limited("the edge's end");
        dialled.Dispose();

        (dialled, accepted) = await LoopbackPair.CreateAsync();
        var dialling = TlsTransport.ConnectAsync(dialled, TlsPair.ClientOptions, TlsPair.Engine(client), default);
        accepted.Shutdown(SocketShutdown.Send);
        await Assert.ThrowsAsync<IOException>(() => dialling).Limited("the client's end");
        accepted.Dispose();
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("another.example", false)]
    public async Task NameInTheCertificate_IsLookedAtAlikeByBothEngines(string host, bool fits) // SEC-27
    {
        foreach (var openSsl in Engines.Select(row => row.Data.Item1).Distinct())
        {
            SslPolicyErrors? told = null;
            var options = CarrierTls.ForClient(host, (sender, certificate, chain, errors) =>
            {
                told = errors;
                Assert.NotNull(chain);
                return TlsPair.Verify(sender, certificate, chain, errors);
            });
            await using var pair = await TlsPair.CreateAsync(openSsl, edge: false, options);

            Assert.Equal(fits, !told?.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch));
            Assert.True(told?.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors));
        }
    }

    private static async Task PassOnAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReceiveAsync(buffer) is > 0 and var count)
        {
            await to.SendAsync(buffer.AsMemory(0, count));
        }
    }

    private static async Task<byte[]?> AcceptAndReadAsync(Socket accepted, bool edge)
    {
        try
        {
            await using var transport = await TlsTransport.AcceptAsync(accepted, TlsPair.EdgeOptions, TlsPair.Engine(edge), default);
            var buffer = new byte[1];
            return await transport.ReadAsync(buffer, default) == 0 ? null : buffer;
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            return null;
        }
    }
}
