using Mport.Protocol.Streams;

namespace Mport.Protocol.Carriers;

/// <summary>A <see cref="CarrierStream"/> for code that wants a <see cref="Stream"/>.</summary>
internal sealed class CarrierStreamAdapter(CarrierStream stream) : DuplexStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => stream.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => stream.WriteAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stream.Close();
        }

        base.Dispose(disposing);
    }
}
