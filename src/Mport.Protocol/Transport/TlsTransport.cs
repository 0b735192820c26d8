using System.Net.Security;
using System.Net.Sockets;

namespace Mport.Protocol.Transport;

/// <summary>A carrier's byte pipe: TLS over a socket, with gathered sends and reading ahead.</summary>
public sealed class TlsTransport : ICarrierTransport
{
    private readonly Socket _socket;
    private readonly RecordStream _records;
    private readonly SslStream _tls;

    private TlsTransport(Socket socket)
    {
        _socket = socket;
        _records = new RecordStream(socket);
        _tls = new SslStream(_records, leaveInnerStreamOpen: false);
    }

    /// <inheritdoc />
    public bool HasBufferedInput => _records.HasWholeRecord;

    /// <summary>The TLS state: protocol, cipher, ALPN, certificates.</summary>
    public SslStream Tls => _tls;

    /// <summary>Runs the client's side of the TLS handshake. Owns the socket from here on, also when it fails.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The edge's certificate was not accepted, or it does not speak TLS 1.3 with our ALPN.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static Task<TlsTransport> ConnectAsync(Socket socket, SslClientAuthenticationOptions options, CancellationToken cancellationToken) =>
        HandshakeAsync(socket, tls => tls.AuthenticateAsClientAsync(options, cancellationToken));

    /// <summary>Runs the edge's side of the TLS handshake. Owns the socket from here on, also when it fails.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The client does not speak TLS 1.3 with our ALPN.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static Task<TlsTransport> AcceptAsync(Socket socket, SslServerAuthenticationOptions options, CancellationToken cancellationToken) =>
        HandshakeAsync(socket, tls => tls.AuthenticateAsServerAsync(options, cancellationToken));

    /// <inheritdoc />
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _tls.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc />
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> batch, CancellationToken cancellationToken)
    {
        _records.Hold();
        await _tls.WriteAsync(batch, cancellationToken);
        await _records.SendHeldAsync(cancellationToken);
    }

    /// <inheritdoc />
    public void Abort() => _socket.Dispose();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _tls.DisposeAsync();
        _socket.Dispose();
    }

    private static async Task<TlsTransport> HandshakeAsync(Socket socket, Func<SslStream, Task> authenticate)
    {
        var transport = new TlsTransport(socket);
        try
        {
            await authenticate(transport._tls);
            return transport;
        }
        catch
        {
            await transport.DisposeAsync();
            throw;
        }
    }
}
