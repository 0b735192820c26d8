using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Identity;
using Mport.Protocol.Resume;
using Mport.Protocol.Streams;
using Mport.Protocol.Transport;

namespace Mport.Testing;

/// <summary>The edge's side of one session of a <see cref="FakeEdge"/>.</summary>
public sealed class FakeSession
{
    private readonly Channel<ControlMessage> _messages = Channel.CreateUnbounded<ControlMessage>();
    private readonly Channel<(Hello Hello, Carrier Carrier)> _joined = Channel.CreateUnbounded<(Hello, Carrier)>();
    private readonly TaskCompletionSource<Failure> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<int, (ResumableTransport Transport, Secret Ticket)> _kept = new();
    private CarrierStream? _controlStream;
    private ControlChannel? _control;

    internal FakeSession(Hello hello, string id)
    {
        Hello = hello;
        Id = id;
    }

    /// <summary>What the client said at the beginning.</summary>
    public Hello Hello { get; }

    /// <summary>The session's id.</summary>
    public string Id { get; }

    /// <summary>The carriers that stand.</summary>
    public CarrierSet Carriers { get; } = new();

    /// <summary>The carrier with the control stream.</summary>
    public Carrier Carrier => Carriers.Find(0) ?? throw new InvalidOperationException("The session has no carrier 0 at the moment.");

    /// <summary>The control stream, for what a real edge would not do.</summary>
    public CarrierStream ControlStream => _controlStream ?? throw new InvalidOperationException("The session has no control stream yet.");

    /// <summary>The control channel.</summary>
    public ControlChannel Control => _control ?? throw new InvalidOperationException("The session has no control stream yet.");

    /// <summary>Completes when the client has gone: no carrier is left.</summary>
    public Task<Failure> Ended => _ended.Task.Limited("the client to end its session");

    /// <summary>The next carrier that came after the first, and its greeting; one with index 0 has its control stream.</summary>
    public Task<(Hello Hello, Carrier Carrier)> JoinedAsync() => _joined.Reader.ReadAsync().Limited("a further carrier of the session");

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
    public Task<CarrierStream> VisitAsync(int number) => Carriers.OpenStreamAsync(
        new StreamPrelude { Kind = StreamKind.Tcp, Tunnel = number, Visitor = new IPEndPoint(IPAddress.Parse("203.0.113.7"), 4321) }.ToBytes(),
        CancellationToken.None).Limited("a visitor's stream to open");

    /// <summary>Opens a visitor's stream and reads the client's answer.</summary>
    public async Task<(CarrierStream Stream, StreamAnswer Answer)> VisitAndReadAnswerAsync(int number)
    {
        var stream = await VisitAsync(number);
        return (stream, await StreamAnswer.ReadAsync(stream, CancellationToken.None).Limited("the client's answer to a visitor's stream"));
    }

    internal Task Over => _ended.Task;

    internal void Keep(int index, ResumableTransport? transport, Secret? ticket)
    {
        if (transport is not null && ticket is not null)
        {
            _kept[index] = (transport, ticket);
        }
    }

    /// <summary>Goes on with a carrier over another connection, or says why not.</summary>
    internal async Task<Failure?> TakeUpAsync(int index, ResumeOffer offer, ICarrierTransport next, Func<ResumeAnswer, ValueTask> welcome)
    {
        if (!_kept.TryGetValue(index, out var kept) || offer.Ticket != kept.Ticket || offer.Received is not { } received)
        {
            return Failure.Of(ProtocolErrors.ResumeRefused, retry: true);
        }

        kept.Transport.Suspend(Failure.Of(ConnectionErrors.ConnectionLost, retry: true));
        if (kept.Transport.CheckResume(received) is { } refusal)
        {
            return refusal;
        }

        var ticket = ResumeTicket.Create();
        _kept[index] = (kept.Transport, ticket);
        await welcome(new ResumeAnswer { Ticket = ticket, Window = new ResumeOptions().Window, Grace = 60, Received = kept.Transport.Received });
        return kept.Transport.TryResume(next, received, out var late) ? null : late;
    }

    internal async Task RunAsync(Hello hello, Carrier carrier, Action began, CancellationToken stop)
    {
        var first = Carriers.Count == 0 && hello.Session is null;
        Carriers.Add(hello.Carrier, carrier);
        var running = carrier.RunAsync(stop);
        var receiving = Task.CompletedTask;
        if (hello.Carrier == 0 && await carrier.AcceptStreamAsync(stop) is { } control)
        {
            (_controlStream, _control) = (control, new ControlChannel(control));
            receiving = ReceiveAllAsync(_control);
        }

        if (first)
        {
            began();
        }
        else
        {
            _joined.Writer.TryWrite((hello, carrier));
        }

        var reason = await running;
        await receiving;
        Carriers.Remove(hello.Carrier, carrier);
        if (Carriers.Count == 0)
        {
            _messages.Writer.TryComplete();
            _ended.TrySetResult(reason);
        }
    }

    private async Task ReceiveAllAsync(ControlChannel control)
    {
        try
        {
            while (await control.ReceiveAsync(CancellationToken.None) is { } message)
            {
                _messages.Writer.TryWrite(message);
                if (message is Goodbye)
                {
                    // As a real edge does.
                    foreach (var carrier in Carriers.All)
                    {
                        carrier.Close(Failure.Of(ProtocolErrors.SessionClosed, "The client said goodbye."));
                    }
                }
            }
        }
        catch (Exception over) when (over is StreamException or ProtocolException)
        {
            // The client has gone, or this carrier of it.
        }
    }
}
