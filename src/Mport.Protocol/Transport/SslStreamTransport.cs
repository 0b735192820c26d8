using System.Net.Security;
using System.Net.Sockets;

namespace Mport.Protocol.Transport;

/// <summary>TLS by .NET's SslStream: where there is no OpenSSL 3 of the system's, or on demand.</summary>
internal sealed class SslStreamTransport : TlsTransport
{
    private readonly Socket _socket;
    private readonly RecordStream _records;
    private readonly SslStream _tls;

    private SslStreamTransport(Socket socket)
    {
        _socket = socket;
        _records = new RecordStream(socket);
        _tls = new SslStream(_records, leaveInnerStreamOpen: false);
    }

    /// <inheritdoc />
    public override bool HasBufferedInput => _records.HasWholeRecord;

    /// <inheritdoc />
    public override string? ApplicationProtocol => _tls.NegotiatedApplicationProtocol.Protocol.IsEmpty ? null : _tls.NegotiatedApplicationProtocol.ToString();

    /// <inheritdoc />
    public override TlsCipherSuite CipherSuite => _tls.NegotiatedCipherSuite;

    /// <summary>Runs the client's side of the handshake.</summary>
    public static Task<TlsTransport> ConnectAsync(Socket socket, SslClientAuthenticationOptions options, CancellationToken cancellationToken) =>
        HandshakeAsync(socket, tls => tls.AuthenticateAsClientAsync(options, cancellationToken));

    /// <summary>Runs the edge's side of the handshake.</summary>
    public static Task<TlsTransport> AcceptAsync(Socket socket, SslServerAuthenticationOptions options, CancellationToken cancellationToken) =>
        HandshakeAsync(socket, tls => tls.AuthenticateAsServerAsync(options, cancellationToken));

    /// <inheritdoc />
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _tls.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc />
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> batch, CancellationToken cancellationToken)
    {
        _records.Hold();
        await _tls.WriteAsync(batch, cancellationToken);
        await _records.SendHeldAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override void Abort() => _socket.Dispose();

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await _tls.DisposeAsync();
        _socket.Dispose();
    }

    private static async Task<TlsTransport> HandshakeAsync(Socket socket, Func<SslStream, Task> authenticate)
    {
        var transport = new SslStreamTransport(socket);
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
