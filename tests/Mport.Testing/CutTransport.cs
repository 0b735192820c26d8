using Mport.Protocol.Transport;

namespace Mport.Testing;

/// <summary>A connection that breaks at a byte of the test's choice, one that comes or one that goes; it can also be made to read in small slices.</summary>
public sealed class CutTransport(ICarrierTransport inner, long bytesIn = long.MaxValue, long bytesOut = long.MaxValue, int sliceBytes = int.MaxValue) : ICarrierTransport
{
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _inLeft = bytesIn;
    private long _outLeft = bytesOut;
    private int _writes;

    /// <summary>Writes so far.</summary>
    public int Writes => Volatile.Read(ref _writes);

    /// <summary>Completes when the connection is disposed.</summary>
    public Task WhenDisposed => _disposed.Task;

    /// <inheritdoc />
    public bool HasBufferedInput => inner.HasBufferedInput;

    /// <inheritdoc />
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.IsEmpty)
        {
            return await inner.ReadAsync(buffer, cancellationToken);
        }

        var read = await inner.ReadAsync(buffer[..(int)Math.Min(Math.Max(1, Math.Min(_inLeft, sliceBytes)), buffer.Length)], cancellationToken);
        if (_inLeft == 0)
        {
            Abort();
            throw new IOException("The connection was cut in the middle of what comes.");
        }

        _inLeft -= read;
        return read;
    }

    /// <inheritdoc />
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> batch, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        var length = (int)Math.Min(batch.Length, _outLeft);
        _outLeft -= length;
        await inner.WriteAsync(batch[..length], cancellationToken);
        if (length < batch.Length)
        {
            Abort();
            throw new IOException("The connection was cut in the middle of what goes.");
        }
    }

    /// <inheritdoc />
    public void Abort() => inner.Abort();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        _disposed.TrySetResult();
    }
}
