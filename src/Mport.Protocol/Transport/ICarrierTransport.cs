namespace Mport.Protocol.Transport;

/// <summary>The byte pipe below a carrier: one reader and one writer at a time, each from its own task.</summary>
public interface ICarrierTransport : IAsyncDisposable
{
    /// <summary>True when a further <see cref="ReadAsync"/> gives bytes without waiting for the network.</summary>
    bool HasBufferedInput { get; }

    /// <summary>Reads what is there, at least one byte; 0 at the end. With an empty buffer it waits until there is something, holding no memory.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Writes all of a batch and hands it to the network.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> batch, CancellationToken cancellationToken);

    /// <summary>Ends the connection now; pending reads and writes fail. May be called from any thread, more than once.</summary>
    void Abort();
}
