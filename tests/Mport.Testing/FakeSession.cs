using System.Net;
using System.Threading.Channels;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Streams;

namespace Mport.Testing;

/// <summary>The edge's side of one session of a <see cref="FakeEdge"/>.</summary>
public sealed class FakeSession : IAsyncDisposable
{
    private readonly Channel<ControlMessage> _messages = Channel.CreateUnbounded<ControlMessage>();
    private readonly Task _receiving;

    internal FakeSession(Hello hello, Carrier carrier, CarrierStream control)
    {
        Hello = hello;
        Carrier = carrier;
        ControlStream = control;
        Control = new ControlChannel(control);
        _receiving = ReceiveAllAsync();
    }

    /// <summary>What the client said.</summary>
    public Hello Hello { get; }

    /// <summary>The carrier.</summary>
    public Carrier Carrier { get; }

    /// <summary>The control stream, for what a real edge would not do.</summary>
    public CarrierStream ControlStream { get; }

    /// <summary>The control channel.</summary>
    public ControlChannel Control { get; }

    /// <summary>Completes when the client has gone.</summary>
    public Task<Failure> Ended => Carrier.Ended.Limited("the client to end its session");

    /// <summary>The next control message, which must be of this type.</summary>
    public async Task<T> ReceiveAsync<T>()
        where T : ControlMessage
    {
        var message = await _messages.Reader.ReadAsync().Limited($"a {typeof(T).Name} from the client");
        return message as T ?? throw new InvalidOperationException($"The client sent {message}, not {typeof(T).Name}.");
    }

    /// <summary>Sends a control message.</summary>
    public Task SendAsync(ControlMessage message) => Control.SendAsync(message, CancellationToken.None).Limited($"the fake edge to send {message.GetType().Name}");

    /// <summary>Takes the client's next request and opens the tunnel under a number.</summary>
    public async Task<OpenTunnel> OpenTunnelAsync(int number)
    {
        var request = await ReceiveAsync<OpenTunnel>();
        await SendAsync(new TunnelOpened { Request = request.Request, Tunnel = $"tun_{request.Name}", Number = number, Urls = [$"tcp://localhost:{20000 + number}"] });
        return request;
    }

    /// <summary>Takes the client's next request and refuses it.</summary>
    public async Task RefuseTunnelAsync(Failure why)
    {
        var request = await ReceiveAsync<OpenTunnel>();
        await SendAsync(new TunnelRefused { Request = request.Request, Code = why.Code.ToString(), Text = why.Text, Retry = why.Retry });
    }

    /// <summary>Opens a visitor's stream.</summary>
    public Task<CarrierStream> VisitAsync(int number) => Carrier.OpenStreamAsync(
        new StreamPrelude { Kind = StreamKind.Tcp, Tunnel = number, Visitor = new IPEndPoint(IPAddress.Parse("203.0.113.7"), 4321) }.ToBytes(),
        CancellationToken.None).Limited("a visitor's stream to open");

    /// <summary>Opens a visitor's stream and reads the client's answer.</summary>
    public async Task<(CarrierStream Stream, StreamAnswer Answer)> VisitAndReadAnswerAsync(int number)
    {
        var stream = await VisitAsync(number);
        return (stream, await StreamAnswer.ReadAsync(stream, CancellationToken.None).Limited("the client's answer to a visitor's stream"));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _receiving;
        Control.Dispose();
    }

    private async Task ReceiveAllAsync()
    {
        try
        {
            while (await Control.ReceiveAsync(CancellationToken.None) is { } message)
            {
                _messages.Writer.TryWrite(message);
                if (message is Goodbye)
                {
                    // As a real edge does.
                    Carrier.Close(Failure.Of(ProtocolErrors.SessionClosed, "The client said goodbye."));
                }
            }
        }
        catch (Exception over) when (over is StreamException or ProtocolException)
        {
            // The client has gone.
        }

        _messages.Writer.TryComplete();
    }
}
