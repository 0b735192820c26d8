using Mport.Protocol.Carriers;

namespace Mport.Protocol.Relay;

/// <summary>How a relay behaves.</summary>
public sealed record RelayOptions
{
    /// <summary>How long the open direction of a half-closed connection may carry nothing before both are reset. Default 5 min.</summary>
    public TimeSpan HalfClosedTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Where this relay's bytes are added as they flow; its own, perhaps with a parent.</summary>
    public required ByteCount Count { get; init; }

    /// <summary>What the socket gets before any byte of the stream: a PROXY protocol header, for example. Empty for most.</summary>
    public ReadOnlyMemory<byte> Preface { get; init; }

    /// <summary>How fast bytes may pass; null for as fast as they do.</summary>
    public BandwidthPair? Bandwidth { get; init; }

    /// <summary>Bandwidths that may come and go while the relay runs, each beside the others. Default none.</summary>
    public IReadOnlyList<BandwidthSlot> Slots { get; init; } = [];

    /// <summary>Runs before the first bytes of the stream go to the socket, while the other direction flows already; a <see cref="StreamException"/> ends both.</summary>
    public Func<CarrierStream, ValueTask>? BeforeReceiving { get; init; }
}

/// <summary>Bytes that have passed, added to as they flow. Thread-safe.</summary>
/// <param name="parent">A wider count that gets the same bytes.</param>
public sealed class ByteCount(ByteCount? parent = null)
{
    private long _fromSocket;
    private long _toSocket;

    /// <summary>Bytes read from the socket and sent on the stream.</summary>
    public long FromSocket => Interlocked.Read(ref _fromSocket);

    /// <summary>Bytes that came on the stream and were written to the socket.</summary>
    public long ToSocket => Interlocked.Read(ref _toSocket);

    /// <summary>Counts bytes from the socket.</summary>
    public void AddFromSocket(int bytes)
    {
        Interlocked.Add(ref _fromSocket, bytes);
        parent?.AddFromSocket(bytes);
    }

    /// <summary>Counts bytes to the socket.</summary>
    public void AddToSocket(int bytes)
    {
        Interlocked.Add(ref _toSocket, bytes);
        parent?.AddToSocket(bytes);
    }
}

/// <summary>How a relay ended.</summary>
public enum RelayResult
{
    /// <summary>Both directions ended in order.</summary>
    Completed,

    /// <summary>The socket's side was reset or broke.</summary>
    SocketReset,

    /// <summary>The stream was reset by the other end, or its carrier ended.</summary>
    StreamReset,

    /// <summary>One direction had ended, and the other carried nothing for too long.</summary>
    HalfClosedTimeout,
}
