using System.Buffers;
using System.Net.Sockets;

namespace Mport.Server.Edge.Listeners;

/// <summary>The plain HTTP port: everything goes to Kestrel once it has said a byte, but a ClientHello is told where the TLS port is.</summary>
/// <param name="tlsPort">The port that speaks TLS.</param>
internal sealed class HttpPortSorter(int tlsPort) : IConnectionSorter
{
    private const byte TlsHandshakeRecord = 22;
    private readonly ReadOnlyMemory<byte> _tlsElsewhere = PlainAnswer.HttpPort(tlsPort);

    /// <inheritdoc />
    public string Kind => "HTTP";

    // Kestrel alone would hold a silent connection for its keep-alive time.
    /// <inheritdoc />
    public TimeSpan Deadline => TimeSpan.FromSeconds(20);

    /// <inheritdoc />
    public async ValueTask<Sorted> SortAsync(Socket socket, CancellationToken cancellationToken)
    {
        await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(1);
        try
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(0, 1), SocketFlags.Peek, cancellationToken);
            return count == 0 ? new Sorted(Destination.Nowhere)
                : buffer[0] == TlsHandshakeRecord ? new Sorted(Destination.Nowhere, _tlsElsewhere)
                : new Sorted(Destination.Http);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
