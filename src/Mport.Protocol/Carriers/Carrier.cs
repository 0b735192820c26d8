using Mport.Protocol.Errors;
using Mport.Protocol.Transport;

namespace Mport.Protocol.Carriers;

/// <summary>
/// One TLS connection of a session and the yamux streams on it (github.com/hashicorp/yamux, spec.md). Members may be called from any
/// thread. The carrier owns its transport.
/// </summary>
public sealed class Carrier : IAsyncDisposable
{
    /// <summary>Makes a carrier; <see cref="RunAsync"/> sets it going.</summary>
    public Carrier(ICarrierTransport transport, CarrierRole role, CarrierOptions options, WindowBudget budget, TimeProvider time) =>
        throw new NotSupportedException();

    /// <summary>Streams open now.</summary>
    public int StreamCount => throw new NotSupportedException();

    /// <summary>The last measured round trip, or null before the first heartbeat.</summary>
    public TimeSpan? RoundTrip => throw new NotSupportedException();

    /// <summary>Completes when the carrier has ended, with the reason; never faults.</summary>
    public Task<Failure> Ended => throw new NotSupportedException();

    /// <summary>Reads, writes and keeps alive until the carrier ends; gives the reason. Never throws but for misuse. Call once.</summary>
    public Task<Failure> RunAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Opens a stream; the first bytes go out with the opening frame.</summary>
    /// <param name="first">At most 64 KiB.</param>
    /// <param name="cancellationToken">Gives up waiting for a free place.</param>
    /// <exception cref="StreamException">The carrier has ended, or <see cref="CarrierOptions.MaxOutgoingStreams"/> are open.</exception>
    public ValueTask<CarrierStream> OpenStreamAsync(ReadOnlyMemory<byte> first, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The next stream that the peer opened, or null when the carrier has ended.</summary>
    public ValueTask<CarrierStream?> AcceptStreamAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Ends the carrier now, telling the peer with a GoAway where that is possible at once.</summary>
    public void Close(Failure reason) => throw new NotSupportedException();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
