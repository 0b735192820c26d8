using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Mport.Protocol;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Transport;

namespace Mport.Client.Dialing;

/// <summary>What follows on a connected socket until frames can begin: TLS, the certificate, ALPN, Hello, Welcome.</summary>
/// <param name="options">The edge, what to trust, and how long it may take.</param>
/// <param name="time">The clock.</param>
internal sealed class EdgeGreeting(ClientOptions options, TimeProvider time)
{
    /// <summary>Greets the edge. Owns the socket from here on.</summary>
    /// <param name="socket">Connected.</param>
    /// <param name="address">Where to.</param>
    /// <param name="hello">Makes the greeting when TLS stands: what it says of a carrier's bytes must be true when it is sent.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; a time-out is a failure and not an exception.</exception>
    public async Task<DialResult> RunAsync(Socket socket, IPEndPoint address, Func<Hello> hello, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var (transport, failure) = await SecureAsync(socket, cancellationToken, either.Token);
        if (transport is null)
        {
            return new DialResult(null, failure);
        }

        DialResult? result = null;
        try
        {
            result = await GreetAsync(transport, address, hello, cancellationToken, either.Token);
            return result;
        }
        finally
        {
            if (result?.Greeted is null)
            {
                transport.Abort();
                await transport.DisposeAsync();
            }
        }
    }

    private async Task<(TlsTransport? Transport, Failure? Failure)> SecureAsync(Socket socket, CancellationToken stop, CancellationToken either)
    {
        var check = new CertificateCheck(options.Edge, options.Pin, options.Insecure);
        try
        {
            return (await TlsTransport.ConnectAsync(socket, CarrierTls.ForClient(options.Edge.Host, check.Verify, check.CertificateAlone), either), null);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return (null, Unreachable($"took the connection but did not answer the TLS greeting within {options.ConnectTimeout.TotalSeconds:0.#} s"));
        }
        catch (Exception) when (check.Failure is not null)
        {
            return (null, check.Failure);
        }
        catch (AuthenticationException)
        {
            return (null, NotAnEdge("does not speak TLS 1.3 with the protocol mport/1"));
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException)
        {
            return (null, Unreachable("took the connection and closed it before the TLS handshake was done"));
        }
    }

    private async Task<DialResult> GreetAsync(TlsTransport transport, IPEndPoint address, Func<Hello> hello, CancellationToken stop, CancellationToken either)
    {
        if (transport.ApplicationProtocol != ProtocolVersion.Alpn)
        {
            return DialResult.Of(NotAnEdge("speaks TLS but not the protocol mport/1"));
        }

        try
        {
            var answer = await ClientHandshake.RunAsync(transport, hello(), either);
            return answer switch
            {
                { Refused: { } refused } => DialResult.Of(Final(refused.ToFailure())),
                { Welcome: { Protocol: < ProtocolVersion.Oldest or > ProtocolVersion.Current } welcome } => DialResult.Of(Failure.Of(
                    ProtocolErrors.VersionUnsupported,
                    $"The edge chose protocol {welcome.Protocol}; this client speaks {ProtocolVersion.Oldest} to {ProtocolVersion.Current}: update the client.")),
                { Welcome: { } welcome } => DialResult.Of(new GreetedCarrier(transport, welcome, address)),
                _ => DialResult.Of(NotAnEdge("answered the greeting with neither Welcome nor Refused")),
            };
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return DialResult.Of(Failure.Of(
                ProtocolErrors.HandshakeTimeout, $"{options.Edge} did not answer the greeting within {options.ConnectTimeout.TotalSeconds:0.#} s.", retry: true));
        }
        catch (ProtocolException error)
        {
            return DialResult.Of(Failure.Of(ConnectionErrors.NotAnEdge, $"{options.Edge}: {error.Message}", retry: true));
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException)
        {
            return DialResult.Of(Failure.Of(ConnectionErrors.ConnectionLost, $"{options.Edge} closed the connection during the greeting.", retry: true));
        }
    }

    // A version does not come to fit by waiting, whatever the edge's Retry says.
    private static Failure Final(Failure refused) => refused.Code == ProtocolErrors.VersionUnsupported.Code ? refused with { Retry = false } : refused;

    private Failure Unreachable(string what) => Failure.Of(ConnectionErrors.EdgeUnreachable, $"{options.Edge} {what}.", retry: true);

    private Failure NotAnEdge(string what) => Failure.Of(ConnectionErrors.NotAnEdge, $"{options.Edge} {what}.", retry: true);
}
