using Mport.Protocol.Relay;
using Mport.Protocol.Streams;
using Mport.Server.Quotas;

namespace Mport.Server.Edge.Http;

/// <summary>
/// A connection to a target whose bytes pass as long as there is a quota for them: it ends in the middle of a request or answer when that is used up, and takes its
/// turn where it is slowed down.
/// </summary>
/// <param name="inner">The connection.</param>
/// <param name="quota">The quotas of the tunnel.</param>
internal sealed class QuotaStream(Stream inner, QuotaLink quota) : DuplexStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfStopped();
        var read = await inner.ReadAsync(buffer[..AtMost(buffer.Length, toVisitor: true)], cancellationToken);
        await TakeAsync(read, toVisitor: true, cancellationToken);
        return read;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        do
        {
            ThrowIfStopped();
            var count = AtMost(buffer.Length, toVisitor: false);
            await TakeAsync(count, toVisitor: false, cancellationToken);
            await inner.WriteAsync(buffer[..count], cancellationToken);
            buffer = buffer[count..];
        }
        while (!buffer.IsEmpty);
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

    private int AtMost(int bytes, bool toVisitor)
    {
        foreach (var slot in quota.Slots)
        {
            bytes = Math.Min(bytes, Of(slot, toVisitor)?.Quantum ?? bytes);
        }

        return bytes;
    }

    private async ValueTask TakeAsync(int bytes, bool toVisitor, CancellationToken cancellationToken)
    {
        foreach (var slot in quota.Slots)
        {
            if (Of(slot, toVisitor) is { } bandwidth)
            {
                await bandwidth.TakeAsync(bytes, cancellationToken);
            }
        }
    }

    private static Bandwidth? Of(BandwidthSlot slot, bool toVisitor) => toVisitor ? slot.Current?.ToVisitor : slot.Current?.FromVisitor;

    private void ThrowIfStopped()
    {
        if (quota.IsStopped)
        {
            throw new IOException("A quota of the tunnel is used up.");
        }
    }
}
