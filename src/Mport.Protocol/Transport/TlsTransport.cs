using System.Net.Security;
using System.Net.Sockets;
using Mport.Protocol.Transport.OpenSsl;

namespace Mport.Protocol.Transport;

/// <summary>
/// A carrier's byte pipe: TLS 1.3 over a socket, with gathered sends and reading ahead. On Linux the handshake is OpenSSL's and the records after
/// it are sealed and opened here (docs/decisions/0010-openssl-directly.md); elsewhere both are SslStream's. The two look the same from outside and on the wire.
/// </summary>
public abstract class TlsTransport : ICarrierTransport
{
    /// <inheritdoc />
    public abstract bool HasBufferedInput { get; }

    /// <summary>The protocol that both sides agreed on (ALPN), or null.</summary>
    public abstract string? ApplicationProtocol { get; }

    /// <summary>The cipher suite that both sides agreed on.</summary>
    public abstract TlsCipherSuite CipherSuite { get; }

    /// <summary>Runs the client's side of the TLS handshake. Owns the socket from here on, also when it fails.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The edge's certificate was not accepted, or it does not speak TLS 1.3 with our ALPN.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static Task<TlsTransport> ConnectAsync(Socket socket, ClientTlsOptions options, CancellationToken cancellationToken) =>
        ConnectAsync(socket, options, TlsEngine.Chosen, cancellationToken);

    /// <summary>Runs the edge's side of the TLS handshake. Owns the socket from here on, also when it fails.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The client does not speak TLS 1.3 with our ALPN.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static Task<TlsTransport> AcceptAsync(Socket socket, EdgeTlsOptions options, CancellationToken cancellationToken) =>
        AcceptAsync(socket, options, TlsEngine.Chosen, cancellationToken);

    /// <inheritdoc />
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <inheritdoc />
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> batch, CancellationToken cancellationToken);

    /// <inheritdoc />
    public abstract void Abort();

    /// <inheritdoc />
    public abstract ValueTask DisposeAsync();

    internal static Task<TlsTransport> ConnectAsync(Socket socket, ClientTlsOptions options, TlsEngineKind engine, CancellationToken cancellationToken) =>
        engine == TlsEngineKind.OpenSsl
            ? OpenSslHandshake.ConnectAsync(socket, options, cancellationToken)
            : SslStreamTransport.ConnectAsync(socket, options.ForSslStream(), cancellationToken);

    internal static Task<TlsTransport> AcceptAsync(Socket socket, EdgeTlsOptions options, TlsEngineKind engine, CancellationToken cancellationToken) =>
        engine == TlsEngineKind.OpenSsl && options.OpenSsl is { } context
            ? OpenSslHandshake.AcceptAsync(socket, context, cancellationToken)
            : SslStreamTransport.AcceptAsync(socket, options.ForSslStream(), cancellationToken);
}
