using System.Net.Security;
using System.Net.Sockets;

namespace Mport.Protocol.Transport.Records;

/// <summary>
/// TLS 1.3 after the handshake (RFC 8446, section 5): both directions have their own key and share nothing but one flag, so that a reader and
/// a writer never wait for each other, and nothing of the handshake's state is left.
/// </summary>
internal sealed class RecordTransport : TlsTransport
{
    private readonly Socket _socket;
    private readonly TlsRecordReader _reader;
    private readonly TlsRecordWriter _writer;

    /// <summary>Goes on where a handshake has ended.</summary>
    /// <param name="socket">Owned from here on.</param>
    /// <param name="keys">What the handshake has agreed on; the secrets are owned from here on.</param>
    /// <param name="isClient">Which side this is.</param>
    public RecordTransport(Socket socket, NegotiatedKeys keys, bool isClient)
    {
        _socket = socket;
        ApplicationProtocol = keys.ApplicationProtocol;
        CipherSuite = keys.Suite.Id;
        var clients = new TrafficSecret(keys.Suite, keys.ClientSecret);
        var edges = new TrafficSecret(keys.Suite, keys.EdgeSecret);
        _writer = new TlsRecordWriter(socket, RecordCipher.ForSealing(isClient ? clients : edges));
        _reader = new TlsRecordReader(socket, RecordCipher.ForOpening(isClient ? edges : clients), _writer, isClient);
    }

    /// <inheritdoc />
    public override bool HasBufferedInput => _reader.HasOpened;

    /// <inheritdoc />
    public override string? ApplicationProtocol { get; }

    /// <inheritdoc />
    public override TlsCipherSuite CipherSuite { get; }

    /// <summary>Gives it what came together with the handshake's last message.</summary>
    public void Prepend(ReadOnlySpan<byte> bytes) => _reader.Prepend(bytes);

    /// <inheritdoc />
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _reader.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc />
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> batch, CancellationToken cancellationToken) => _writer.WriteAsync(batch, cancellationToken);

    /// <inheritdoc />
    public override void Abort() => _socket.Dispose();

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _reader.Dispose();
        _writer.Dispose();
        return ValueTask.CompletedTask;
    }
}
