using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Mport.Protocol.Carriers;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Identity;
using Mport.Protocol.Resume;
using Mport.Protocol.Streams;
using Mport.Protocol.Transport;
using Mport.Testing;

namespace Mport.Server.Tests.Kit;

/// <summary>A client that does on the wire what the test tells it, no more.</summary>
internal sealed class WireClient : IAsyncDisposable
{
    private ControlChannel _control;
    private int _request;

    private WireClient(Hello hello, Welcome welcome, Carrier carrier, ResumableTransport? transport, Task<Failure> run, ControlChannel control)
    {
        Hello = hello;
        Welcome = welcome;
        Carrier = carrier;
        Transport = transport;
        Run = run;
        _control = control;
    }

    public Hello Hello { get; }

    public Welcome Welcome { get; }

    /// <summary>What survives the connection of carrier 0, where resume was agreed.</summary>
    public ResumableTransport? Transport { get; }

    public Carrier Carrier { get; private set; }

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
        var resumable = answer.Welcome.Resume is { } agreed ? new ResumableTransport(transport, new ResumeOptions(), agreed.Window, TimeProvider.System) : null;
        var carrier = NewCarrier(resumable ?? (ICarrierTransport)transport);
        var run = carrier.RunAsync(CancellationToken.None);
        return new WireClient(hello, answer.Welcome, carrier, resumable, run, await OpenControlAsync(carrier));
    }

    /// <summary>A session whose carriers can be taken up again.</summary>
    public static Task<WireClient> ConnectResumableAsync(RunningTestEdge edge, IPEndPoint? through = null) =>
        ConnectAsync(edge, Greeting(edge.Token) with { Resume = new ResumeOffer { Window = 1 << 24 } }, through);

    /// <summary>A further carrier of the session, or one in the place of a lost one; it runs. Not resumable.</summary>
    public async Task<Carrier> JoinAsync(RunningTestEdge edge, int index)
    {
        var (transport, answer) = await GreetAsync(edge, Hello with { Session = Welcome.Session, Carrier = index, Resume = null });
        Assert.NotNull(answer.Welcome);
        Assert.Equal(Welcome.Session, answer.Welcome.Session);
        var carrier = NewCarrier(transport);
        _ = carrier.RunAsync(CancellationToken.None);
        return carrier;
    }

    /// <summary>Opens carrier 0 and its control stream anew.</summary>
    public async Task ReplaceFirstAsync(RunningTestEdge edge)
    {
        Carrier = await JoinAsync(edge, 0);
        _control.Dispose();
        _control = await OpenControlAsync(Carrier);
    }

    /// <summary>Dials again for carrier 0 with this ticket; the connection and the answer.</summary>
    public Task<(TlsTransport Transport, HandshakeAnswer Answer)> GreetAgainAsync(RunningTestEdge edge, Secret? ticket, IPEndPoint? through = null)
    {
        Transport?.Suspend(Failure.Of(ConnectionErrors.ConnectionLost));
        return GreetAsync(
            edge,
            Hello with { Session = Welcome.Session, Resume = new ResumeOffer { Window = 1 << 24, Ticket = ticket, Received = Transport?.Received ?? 0 } },
            through);
    }

    /// <summary>Takes carrier 0 up again; the next ticket.</summary>
    public async Task<Secret> TakeUpAsync(RunningTestEdge edge, Secret? ticket, IPEndPoint? through = null)
    {
        var (transport, answer) = await GreetAgainAsync(edge, ticket, through);
        Assert.NotNull(answer.Welcome?.Resume);
        Assert.True(Transport?.TryResume(transport, answer.Welcome.Resume.Received ?? -1, out _));
        return answer.Welcome.Resume.Ticket;
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
    public async Task<(StreamPrelude Prelude, CarrierStream Stream)> VisitorAsync(Carrier? on = null)
    {
        var cancel = TestContext.Current.CancellationToken;
        var stream = await (on ?? Carrier).AcceptStreamAsync(cancel).Limited("a visitor's stream");
        Assert.NotNull(stream);
        var prelude = await StreamPrelude.ReadAsync(stream, cancel).Limited("a visitor's prelude");
        await stream.WriteAsync(StreamAnswer.Connected.ToBytes(), cancel).Limited("the answer to be sent");
        return (prelude, stream);
    }

    public async ValueTask DisposeAsync()
    {
        await Carrier.DisposeAsync().Limited("the carrier to stop");
        _control.Dispose();
    }

    private static Carrier NewCarrier(ICarrierTransport transport) =>
        new(transport, CarrierRole.Client, new CarrierOptions(), new MemoryBudget(1 << 24), TimeProvider.System);

    private static async Task<ControlChannel> OpenControlAsync(Carrier carrier) =>
        new(await carrier.OpenStreamAsync(ReadOnlyMemory<byte>.Empty, TestContext.Current.CancellationToken).Limited("the control stream"));

    private static string ClientInstance() => Guid.NewGuid().ToString("N");
}
