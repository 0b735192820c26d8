namespace Mport.Protocol.Transport;

/// <summary>A carrier's byte pipe over any stream, without the reading ahead that <see cref="TlsTransport"/> does.</summary>
public sealed class StreamTransport(Stream stream) : ICarrierTransport
{
    /// <inheritdoc />
    public bool HasBufferedInput => false;

    /// <inheritdoc />
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => stream.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc />
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> batch, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(batch, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <inheritdoc />
    public void Abort() => stream.Dispose();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
