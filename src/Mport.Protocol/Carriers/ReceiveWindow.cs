namespace Mport.Protocol.Carriers;

/// <summary>
/// How much a peer may still send on one stream, and when to tell it that there is room again. It grows while the peer fills it within a few
/// round trips, so that it comes to cover the bandwidth-delay product (as libp2p/go-yamux does), inside a budget. Pure; not thread-safe.
/// </summary>
internal struct ReceiveWindow
{
    /// <summary>What each side may send before the first update (yamux spec.md, "Flow control").</summary>
    public const int InitialBytes = 256 * 1024;

    // A window that is used up within this many round trips holds the sender back.
    private const int GrowWithinRoundTrips = 4;

    private readonly int _maxBytes;
    private readonly MemoryBudget _budget;
    private int _consumed;
    private long _lastUpdate;

    public ReceiveWindow(int maxBytes, MemoryBudget budget, long timestamp)
    {
        _maxBytes = maxBytes;
        _budget = budget;
        _lastUpdate = timestamp;
        Size = InitialBytes;
        Available = InitialBytes;
    }

    /// <summary>What the window has grown to.</summary>
    public int Size { get; private set; }

    /// <summary>What the window has grown by: so much is taken from the budget for it.</summary>
    public readonly int Growth => Size - InitialBytes;

    /// <summary>What the peer may still send.</summary>
    public int Available { get; private set; }

    /// <summary>The peer announces a frame; false when it is more than allowed.</summary>
    public bool TryReceive(uint bytes)
    {
        if (bytes > (uint)Available)
        {
            return false;
        }

        Available -= (int)bytes;
        return true;
    }

    /// <summary>Bytes have left this side.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="timestamp">Now, in the units of <paramref name="roundTrip"/>.</param>
    /// <param name="roundTrip">The measured round trip, or 0 when unknown.</param>
    /// <returns>What to tell the peer in an update, or 0 while that is not worth a frame.</returns>
    public int Consume(int bytes, long timestamp, long roundTrip)
    {
        _consumed += bytes;
        if (_consumed < Size / 2)
        {
            return 0;
        }

        var delta = _consumed;
        if (timestamp - _lastUpdate < GrowWithinRoundTrips * roundTrip && Size < _maxBytes)
        {
            var growth = Math.Min(Size, _maxBytes - Size);
            if (_budget.TryTake(growth, MemoryUse.Ahead))
            {
                Size += growth;
                delta += growth;
            }
        }

        _consumed = 0;
        _lastUpdate = timestamp;
        Available += delta;
        return delta;
    }

    /// <summary>Gives back to the budget what the window grew by.</summary>
    public void Release()
    {
        if (Size > InitialBytes)
        {
            _budget.Return(Size - InitialBytes);
            Size = InitialBytes;
        }
    }
}
