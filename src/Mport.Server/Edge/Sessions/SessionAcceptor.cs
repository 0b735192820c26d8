using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Mport.Protocol;
using Mport.Protocol.Transport;
using Mport.Server.Edge.Listeners;
using Mport.Server.Edge.Proxies;

namespace Mport.Server.Edge.Sessions;

/// <summary>Takes a connection that asked for <c>mport/1</c> through TLS, greeting and token to a session.</summary>
internal sealed class SessionAcceptor(
    SslStreamCertificateContext certificate,
    SessionGreeter greeter,
    SessionLimits limits,
    SessionsMetrics metrics,
    TimeProvider time,
    ILogger<SessionAcceptor> logger) : ICarrierAcceptor
{
    private readonly EdgeTlsOptions _tls = CarrierTls.ForEdge(certificate);
    private readonly AddressCap _handshakes = new(limits.MaxHandshakes, limits.MaxHandshakesPerAddress);

    /// <summary>Greets a client and sets its session going. Owns the socket; does not throw for what a client does.</summary>
    public async Task AcceptAsync(Socket socket, ConnectionEnds ends, CancellationToken cancellationToken)
    {
        var remote = ends.Remote;
        if (!_handshakes.TryEnter(remote.Address))
        {
            metrics.HandshakeFailed("too_many");
            socket.Dispose();
            return;
        }

        var began = time.GetTimestamp();
        try
        {
            // A session has its own owner: it outlives the listener, which stops first when the edge is drained.
            await GreetAsync(socket, remote, began, cancellationToken);
        }
        finally
        {
            _handshakes.Leave(remote.Address);
        }
    }

    private async Task GreetAsync(Socket socket, IPEndPoint remote, long began, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limits.HandshakeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        TlsTransport? transport = null;
        try
        {
            SocketTuning.ApplyToCarrier(socket);
            transport = await TlsTransport.AcceptAsync(socket, _tls, either.Token);
            if (await greeter.GreetAsync(transport, remote, began, either.Token))
            {
                transport = null;
            }
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
    }
}
