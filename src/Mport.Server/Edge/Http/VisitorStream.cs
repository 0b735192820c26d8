using Mport.Protocol.Relay;
using Mport.Protocol.Streams;

namespace Mport.Server.Edge.Http;

/// <summary>What one visitor sends or gets, counted as it flows: a body, or both ways of a WebSocket.</summary>
internal sealed class VisitorStream(Stream inner, ByteCount count) : DuplexStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        count.AddFromSocket(read);
        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        count.AddToSocket(buffer.Length);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
