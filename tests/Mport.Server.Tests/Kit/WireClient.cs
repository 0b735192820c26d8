using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Mport.Protocol.Carriers;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Identity;
using Mport.Protocol.Streams;
using Mport.Protocol.Transport;
using Mport.Testing;

namespace Mport.Server.Tests.Kit;

/// <summary>A client that does on the wire what the test tells it, no more.</summary>
internal sealed class WireClient : IAsyncDisposable
{
    private readonly ControlChannel _control;
    private int _request;

    private WireClient(Welcome welcome, Carrier carrier, Task<Failure> run, ControlChannel control)
    {
        Welcome = welcome;
        Carrier = carrier;
        Run = run;
        _control = control;
    }

    public Welcome Welcome { get; }

    public Carrier Carrier { get; }

    public Task<Failure> Run { get; }

    public static Hello Greeting(Secret token, string clientId = "machine-1") => new()
    {
        Protocol = 1,
        ClientVersion = "0.1.0",
        ClientId = clientId,
        Instance = ClientInstance(),
        Host = clientId,
        Token = token,
    };

    /// <summary>Dials, verifies by the pin, and greets.</summary>
    public static async Task<(TlsTransport Transport, HandshakeAnswer Answer)> GreetAsync(RunningTestEdge edge, Hello hello, IPEndPoint? through = null)
    {
        var transport = await DialAsync(edge, through);
        return (transport, await ClientHandshake.RunAsync(transport, hello, TestContext.Current.CancellationToken).Limited("the answer to the greeting"));
    }

    /// <summary>Dials and verifies by the pin.</summary>
    public static async Task<TlsTransport> DialAsync(RunningTestEdge edge, IPEndPoint? through = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(through ?? edge.Tls).Limited("a connection to the edge");
        return await TlsTransport.ConnectAsync(socket, CarrierTls.ForClient("localhost", Verify), TestContext.Current.CancellationToken).Limited("the TLS handshake");

        bool Verify(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors) =>
            shown is not null && CertificatePin.Of(shown.GetRawCertData()) == edge.Pin;
    }

    /// <summary>A session with its control stream.</summary>
    public static async Task<WireClient> ConnectAsync(RunningTestEdge edge, Hello hello, IPEndPoint? through = null)
    {
        var (transport, answer) = await GreetAsync(edge, hello, through);
        Assert.NotNull(answer.Welcome);
        var carrier = new Carrier(transport, CarrierRole.Client, new CarrierOptions(), new MemoryBudget(1 << 24), TimeProvider.System);
        var run = carrier.RunAsync(CancellationToken.None);
        var stream = await carrier.OpenStreamAsync(ReadOnlyMemory<byte>.Empty, TestContext.Current.CancellationToken).Limited("the control stream");
        return new WireClient(answer.Welcome, carrier, run, new ControlChannel(stream));
    }

    public static Task<WireClient> ConnectAsync(RunningTestEdge edge, string clientId = "machine-1") => ConnectAsync(edge, Greeting(edge.Token, clientId));

    /// <summary>Asks for a tunnel and gives the answer.</summary>
    public async Task<ControlMessage> OpenAsync(OpenTunnel open)
    {
        await SendAsync(open with { Request = ++_request });
        return await NextAsync();
    }

    public Task SendAsync(ControlMessage message) => _control.SendAsync(message, TestContext.Current.CancellationToken).Limited("a control message to be sent");

    /// <summary>The next control message.</summary>
    public async Task<ControlMessage> NextAsync() =>
        await _control.ReceiveAsync(TestContext.Current.CancellationToken).Limited("a control message") ?? throw new EndOfStreamException("The edge ended the control stream.");

    /// <summary>The next visitor's stream, its prelude read and answered with connected.</summary>
    public async Task<(StreamPrelude Prelude, CarrierStream Stream)> VisitorAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        var stream = await Carrier.AcceptStreamAsync(cancel).Limited("a visitor's stream");
        Assert.NotNull(stream);
        var prelude = await StreamPrelude.ReadAsync(stream, cancel).Limited("a visitor's prelude");
        await stream.WriteAsync(StreamAnswer.Connected.ToBytes(), cancel).Limited("the answer to be sent");
        return (prelude, stream);
    }

    public async ValueTask DisposeAsync()
    {
        await Carrier.DisposeAsync();
        _control.Dispose();
    }

    private static string ClientInstance() => Guid.NewGuid().ToString("N");
}
