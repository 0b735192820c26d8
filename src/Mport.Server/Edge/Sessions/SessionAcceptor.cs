using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Transport;
using Mport.Server.Edge.Listeners;
using Mport.Server.Limits;
using Mport.Server.Tunnels;

namespace Mport.Server.Edge.Sessions;

/// <summary>Takes a connection that asked for <c>mport/1</c> through TLS, greeting and token to a session.</summary>
internal sealed class SessionAcceptor(
    SslStreamCertificateContext certificate,
    string domain,
    SessionGate gate,
    SessionRegistry sessions,
    TunnelOpener tunnels,
    AccountMemory memory,
    SessionLimits limits,
    SessionsMetrics metrics,
    TimeProvider time,
    ILogger<SessionAcceptor> logger) : ICarrierAcceptor
{
    private readonly AddressCap _handshakes = new(limits.MaxHandshakes, limits.MaxHandshakesPerAddress);

    /// <summary>Greets a client and sets its session going. Owns the socket; does not throw for what a client does.</summary>
    public async Task AcceptAsync(Socket socket, CancellationToken cancellationToken)
    {
        if (socket.RemoteEndPoint is not IPEndPoint remote)
        {
            socket.Dispose();
            return;
        }

        remote = Plain(remote);
        if (!_handshakes.TryEnter(remote.Address))
        {
            metrics.HandshakeFailed("too_many");
            socket.Dispose();
            return;
        }

        var began = time.GetTimestamp();
        EdgeSession? session;
        try
        {
            session = await GreetAsync(socket, remote, cancellationToken);
        }
        finally
        {
            _handshakes.Leave(remote.Address);
        }

        if (session is not null)
        {
            metrics.Began(time.GetElapsedTime(began));
        }

        // The session has its own owner: it outlives the listener, which stops first when the edge is drained.
        if (session is not null && !sessions.TryRun(session))
        {
            await session.Carrier.DisposeAsync();
        }
    }

    private async Task<EdgeSession?> GreetAsync(Socket socket, IPEndPoint remote, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limits.HandshakeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        TlsTransport? transport = null;
        try
        {
            SocketTuning.ApplyToCarrier(socket);
            transport = await TlsTransport.AcceptAsync(socket, CarrierTls.ForEdge(certificate), either.Token);
            var session = await GreetAsync(transport, remote, either.Token);
            if (session is not null)
            {
                transport = null;
            }

            return session;
        }
        catch (ProtocolException error)
        {
            metrics.HandshakeFailed("protocol");
            logger.GreetingFailed(remote, error.Message);
        }
        catch (OperationCanceledException)
        {
            metrics.HandshakeFailed(deadline.IsCancellationRequested ? "timeout" : "stopping");
            logger.GreetingFailed(remote, deadline.IsCancellationRequested ? "it took too long" : "the edge is stopping");
        }
        catch (Exception error) when (error is IOException or SocketException or AuthenticationException or ObjectDisposedException)
        {
            metrics.HandshakeFailed("broken");
            logger.GreetingFailed(remote, error.Message);
        }
        finally
        {
            if (transport is not null)
            {
                await transport.DisposeAsync();
            }
        }

        return null;
    }

    private async Task<EdgeSession?> GreetAsync(TlsTransport transport, IPEndPoint remote, CancellationToken cancellationToken)
    {
        Hello hello;
        try
        {
            hello = await EdgeHandshake.ReadAsync(transport, cancellationToken);
        }
        catch (ProtocolException error)
        {
            await RefuseAsync(transport, remote, error.ToFailure(retry: false), cancellationToken);
            return null;
        }

        if (hello.Carrier != 0 || hello.Session is not null)
        {
            await RefuseAsync(transport, remote, Failure.Of(ProtocolErrors.MalformedHello, "This edge gives each session one carrier."), cancellationToken);
            return null;
        }

        // The database may block.
        await SocketCompletions.LeaveThreadAsync();
        var (identity, refusal) = await gate.AdmitAsync(hello, remote, cancellationToken);
        if (identity is null)
        {
            await RefuseAsync(transport, remote, refusal ?? Failure.Of(ProtocolErrors.SessionClosed), cancellationToken);
            return null;
        }

        var carrierOptions = new CarrierOptions { MaxIncomingStreams = 1, MaxOutgoingStreams = limits.MaxStreams };
        await EdgeHandshake.WelcomeAsync(transport, WelcomeTo(identity, carrierOptions), cancellationToken);
        var carrier = new Carrier(transport, CarrierRole.Edge, carrierOptions, new MemoryBudget(limits.SessionMemory, memory.Of(identity.UserId.Value)), time);
        logger.SessionBegan(identity.Id, identity.Email, remote, identity.ClientId, identity.Host ?? "an unnamed machine", hello.ClientVersion);
        return new EdgeSession(identity, carrier, new SessionTunnels(tunnels, limits, logger), time);
    }

    private async Task RefuseAsync(TlsTransport transport, IPEndPoint remote, Failure failure, CancellationToken cancellationToken)
    {
        metrics.Refused(failure.Code);
        logger.SessionRefused(remote, failure.Code, failure.Text);
        await EdgeHandshake.RefuseAsync(transport, failure, cancellationToken);
    }

    private Welcome WelcomeTo(SessionIdentity identity, CarrierOptions carrier) => new()
    {
        Protocol = ProtocolVersion.Current,
        ServerVersion = ProtocolVersion.Program,
        Session = identity.Id,
        Generation = identity.Generation,
        Account = identity.Email,
        Domain = domain,
        MaxStreams = carrier.MaxOutgoingStreams,
        Heartbeat = (int)carrier.Heartbeat.TotalSeconds,
    };

    private static IPEndPoint Plain(IPEndPoint remote) =>
        remote.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(remote.Address.MapToIPv4(), remote.Port) : remote;
}
