namespace Mport.Protocol.Carriers;

/// <summary>
/// One stream of a carrier: bytes both ways, each way ended on its own. One reader and one writer at a time; <see cref="Reset"/> from any thread.
/// </summary>
public sealed class CarrierStream
{
    private CarrierStream()
    {
    }

    /// <summary>The yamux stream id.</summary>
    public uint Id => throw new NotSupportedException();

    /// <summary>True once both directions have ended or the stream was reset.</summary>
    public bool IsClosed => throw new NotSupportedException();

    /// <summary>Sends all bytes, waiting for the peer's window where needed.</summary>
    /// <exception cref="StreamException">The stream was reset or its carrier ended.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Ends this side's direction (FIN); reading goes on. Does nothing when that has happened.</summary>
    public void CompleteWrites() => throw new NotSupportedException();

    /// <summary>Reads what is there, at least one byte; 0 once the peer has ended its direction.</summary>
    /// <exception cref="StreamException">The stream was reset or its carrier ended.</exception>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Aborts both directions (RST); pending reads and writes fail. Does nothing on a closed stream.</summary>
    public void Reset() => throw new NotSupportedException();

    /// <summary>The stream as a <see cref="Stream"/>; disposing it resets the stream unless both directions have ended.</summary>
    public Stream AsStream() => throw new NotSupportedException();
}
