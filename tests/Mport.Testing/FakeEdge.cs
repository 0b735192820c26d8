using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Identity;
using Mport.Protocol.Resume;
using Mport.Protocol.Transport;

namespace Mport.Testing;

/// <summary>An edge that speaks the real protocol over real TLS on loopback, and does what the test tells it.</summary>
public sealed class FakeEdge : IAsyncDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly EdgeTlsOptions _tls;
    private readonly Channel<FakeSession> _sessions = Channel.CreateUnbounded<FakeSession>();
    private readonly ScriptedServer _server;
    private readonly ConcurrentDictionary<string, FakeSession> _known = new();
    private readonly ConcurrentDictionary<TlsTransport, bool> _handedOn = new();
    private int _count;

    /// <summary>Starts it.</summary>
    /// <param name="certificate">Its certificate, owned from here on; by default a self-signed one for localhost.</param>
    public FakeEdge(X509Certificate2? certificate = null)
    {
        _certificate = certificate ?? TestCertificates.SelfSigned();
        _tls = CarrierTls.ForEdge(SslStreamCertificateContext.Create(_certificate, null, offline: true));
        _server = ScriptedServer.Start(ServeAsync);
    }

    /// <summary>Its port on 127.0.0.1.</summary>
    public int Port => _server.Port;

    /// <summary>The pin of its certificate.</summary>
    public CertificatePin Pin => CertificatePin.Of(_certificate.RawData);

    /// <summary>Decides about a Hello: null welcomes.</summary>
    public Func<Hello, Failure?> Admit { get; set; } = _ => null;

    /// <summary>Changes the Welcome that a client gets.</summary>
    public Func<Welcome, Welcome> Welcome { get; set; } = welcome => welcome;

    /// <summary>For how long broken connections are kept; zero, as by default, refuses to resume.</summary>
    public TimeSpan ResumeGrace { get; set; }

    /// <summary>Greetings so far, refused ones too.</summary>
    public int Greetings => Volatile.Read(ref _count);

    /// <summary>The next session that was welcomed.</summary>
    public async Task<FakeSession> SessionAsync() => await _sessions.Reader.ReadAsync().Limited("a client to be welcomed by the fake edge");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().Limited("the server to stop");
        _certificate.Dispose();
    }

    private async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        TlsTransport transport;
        try
        {
            transport = await TlsTransport.AcceptAsync(socket, _tls, stop);
        }
        catch (AuthenticationException)
        {
            return;
        }

        try
        {
            await ServeAsync(transport, stop);
        }
        finally
        {
            if (!_handedOn.TryRemove(transport, out _))
            {
                await transport.DisposeAsync();
            }
        }
    }

    private async Task ServeAsync(TlsTransport transport, CancellationToken stop)
    {
        Hello hello;
        try
        {
            hello = await EdgeHandshake.ReadAsync(transport, stop);
        }
        catch (ProtocolException)
        {
            // The client did not like the certificate and went.
            return;
        }

        var number = Interlocked.Increment(ref _count);
        var joined = hello.Session is { } id ? _known.GetValueOrDefault(id) : null;
        var refusal = Admit(hello) ?? (hello.Session is not null && joined is null ? Failure.Of(ProtocolErrors.SessionUnknown, retry: true) : null);
        if (refusal is null && joined is not null && hello.Resume is { Ticket: not null } offer)
        {
            refusal = await joined.TakeUpAsync(hello.Carrier, offer, transport, answer => WelcomeAsync(transport, joined.Id, number, answer, stop));
            if (refusal is null)
            {
                // The server closes the socket when this returns.
                _handedOn[transport] = true;
                await joined.Over.WaitAsync(stop);
                return;
            }
        }

        if (refusal is not null)
        {
            await EdgeHandshake.RefuseAsync(transport, refusal, stop);
            await transport.ReadAsync(new byte[1], stop);
            return;
        }

        var answer = ResumeGrace > TimeSpan.Zero && hello.Resume is not null
            ? new ResumeAnswer { Ticket = ResumeTicket.Create(), Window = new ResumeOptions().Window, Grace = (int)ResumeGrace.TotalSeconds }
            : null;
        var session = joined ?? new FakeSession(hello, $"ses_{number}");
        _known[session.Id] = session;
        await WelcomeAsync(transport, session.Id, number, answer, stop);
        _handedOn[transport] = true;
        var resumable = answer is null ? null : new ResumableTransport(
            transport, new ResumeOptions { Grace = ResumeGrace }, hello.Resume?.Window ?? 0, TimeProvider.System);
        session.Keep(hello.Carrier, resumable, answer?.Ticket);
        await using var carrier = new Carrier(
            resumable ?? (ICarrierTransport)transport, CarrierRole.Edge, new CarrierOptions(), new MemoryBudget(64 * 1024 * 1024), TimeProvider.System);
        await session.RunAsync(hello, carrier, () => _sessions.Writer.TryWrite(session), stop);
    }

    private ValueTask WelcomeAsync(TlsTransport transport, string session, int number, ResumeAnswer? resume, CancellationToken stop) => EdgeHandshake.WelcomeAsync(
        transport,
        Welcome(new Welcome
        {
            Protocol = ProtocolVersion.Current,
            ServerVersion = "0.0.1",
            Session = session,
            Generation = number,
            Account = "owner@localhost",
            Domain = "localhost",
            Resume = resume,
        }),
        stop);
}
