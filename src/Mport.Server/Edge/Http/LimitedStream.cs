using Mport.Protocol.Relay;
using Mport.Protocol.Streams;

namespace Mport.Server.Edge.Http;

/// <summary>A connection to a target whose bytes take their turn in the tunnel's bandwidth.</summary>
/// <param name="inner">The connection.</param>
/// <param name="bandwidth">What it shares with the tunnel's other connections.</param>
/// <param name="ended">Called once, when the connection has ended.</param>
internal sealed class LimitedStream(Stream inner, BandwidthPair bandwidth, Action ended) : DuplexStream
{
    private int _isEnded;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (bandwidth.ToVisitor is not { } limit)
        {
            return await inner.ReadAsync(buffer, cancellationToken);
        }

        var read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, limit.Quantum)], cancellationToken);
        await limit.TakeAsync(read, cancellationToken);
        return read;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (bandwidth.FromVisitor is not { } limit)
        {
            await inner.WriteAsync(buffer, cancellationToken);
            return;
        }

        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, limit.Quantum);
            await limit.TakeAsync(count, cancellationToken);
            await inner.WriteAsync(buffer[..count], cancellationToken);
            buffer = buffer[count..];
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isEnded, 1) == 0)
        {
            inner.Dispose();
            ended();
        }

        base.Dispose(disposing);
    }
}
