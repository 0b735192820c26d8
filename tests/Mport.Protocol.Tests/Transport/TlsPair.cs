using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mport.Protocol.Transport;
using Mport.Testing;

namespace Mport.Protocol.Tests.Transport;

/// <summary>Both ends of a carrier's TLS over loopback, each with the engine that a test names.</summary>
internal sealed class TlsPair : IAsyncDisposable
{
    private static readonly X509Certificate2 Certificate = TestCertificates.SelfSigned();

    private TlsPair(TlsTransport client, TlsTransport edge)
    {
        Client = client;
        Edge = edge;
    }

    /// <summary>The side that dialled.</summary>
    public TlsTransport Client { get; }

    /// <summary>The side that accepted.</summary>
    public TlsTransport Edge { get; }

    /// <summary>Every engine at either end.</summary>
    public static TheoryData<bool, bool> Engines => TlsEngine.Choose(null, OpenSsl) == TlsEngineKind.OpenSsl
        ? new() { { true, true }, { true, false }, { false, true }, { false, false } }
        : new() { { false, false } };

    public static EdgeTlsOptions EdgeOptions { get; } = CarrierTls.ForEdge(SslStreamCertificateContext.Create(Certificate, null, offline: true));

    public static ClientTlsOptions ClientOptions { get; } = CarrierTls.ForClient("localhost", Verify);

    private static bool OpenSsl => Protocol.Transport.OpenSsl.OpenSslLibrary.IsPresent;

    public static TlsEngineKind Engine(bool openSsl) => openSsl ? TlsEngineKind.OpenSsl : TlsEngineKind.SslStream;

    /// <summary>Shakes hands; the flags say whether an end calls OpenSSL itself.</summary>
    public static async Task<TlsPair> CreateAsync(bool client, bool edge, ClientTlsOptions? options = null)
    {
        var (dialled, accepted) = await LoopbackPair.CreateAsync();
        var accepting = TlsTransport.AcceptAsync(accepted, EdgeOptions, Engine(edge), default);
        var dialling = TlsTransport.ConnectAsync(dialled, options ?? ClientOptions, Engine(client), default);
        await Task.WhenAll(dialling, accepting).Limited("the TLS handshake");
        return new TlsPair(await dialling, await accepting);
    }

    public static async Task<byte[]> ReadAsync(ICarrierTransport transport, int count)
    {
        var all = new byte[count];
        for (var filled = 0; filled < count;)
        {
            var read = await transport.ReadAsync(all.AsMemory(filled), default);
            Assert.NotEqual(0, read);
            filled += read;
        }

        return all;
    }

    public static bool Verify(object sender, X509Certificate? shown, object? chain, SslPolicyErrors errors) =>
        shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(Certificate.RawData);

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Edge.DisposeAsync();
    }
}
