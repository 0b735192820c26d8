using Mport.Protocol.Relay;
using Mport.Server.Edge.Listeners;

namespace Mport.Server.Limits;

/// <summary>How many connections a second one address may open, over all ports of the edge. Thread-safe.</summary>
/// <param name="perSecond">Connections a second, and as many at once; 0 for no limit.</param>
/// <param name="time">The clock.</param>
internal sealed class AcceptRates(int perSecond, TimeProvider time)
{
    /// <summary>Addresses remembered, at about 100 bytes each. When there are more, all those are forgotten that have not been here for a second.</summary>
    public const int MaxEntries = 16_384;

    private readonly Lock _gate = new();
    private readonly Dictionary<AddressBlock, TokenBucket> _buckets = [];

    /// <summary>Whether one more connection of the address is taken.</summary>
    public bool TryAccept(AddressBlock address)
    {
        if (perSecond == 0)
        {
            return true;
        }

        var now = time.GetTimestamp();
        lock (_gate)
        {
            if (!_buckets.TryGetValue(address, out var bucket))
            {
                if (_buckets.Count >= MaxEntries)
                {
                    Forget(now);
                }

                bucket = new TokenBucket(perSecond, perSecond, time.TimestampFrequency, now);
            }

            var taken = bucket.TryTake(1, now);
            _buckets[address] = bucket;
            return taken;
        }
    }

    // A full bucket is as good as none. Where thousands of addresses are busy within one second, this limit has met its match: it begins anew.
    private void Forget(long now)
    {
        foreach (var (address, known) in _buckets)
        {
            var bucket = known;
            if (bucket.IsFull(now))
            {
                _buckets.Remove(address);
            }
        }

        if (_buckets.Count >= MaxEntries)
        {
            _buckets.Clear();
        }
    }
}
