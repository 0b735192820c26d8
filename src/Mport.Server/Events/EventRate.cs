using System.Net;
using Mport.Protocol.Relay;

namespace Mport.Server.Events;

/// <summary>
/// How many events those may cause who have not shown who they are: whoever guesses tokens must not be able to fill the log. The first few of an address
/// are written, then one every ten seconds, and so many of all addresses together; the others are counted. Thread-safe.
/// </summary>
internal sealed class EventRate(TimeProvider time)
{
    /// <summary>Addresses remembered, at about 100 bytes each; then all are forgotten.</summary>
    public const int MaxAddresses = 10_000;

    private const int AtOnce = 5;
    private const int AllPerSecond = 10;
    private const int AllAtOnce = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, TokenBucket> _addresses = [];
    private TokenBucket _all = new(AllPerSecond, AllAtOnce, time.TimestampFrequency, time.GetTimestamp());
    private long _unwritten;

    /// <summary>Whether one more is written.</summary>
    /// <param name="address">Who caused it.</param>
    /// <param name="unwritten">How many were not, since the last one that was.</param>
    public bool TryTake(IPAddress address, out long unwritten)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            if (_addresses.Count >= MaxAddresses)
            {
                _addresses.Clear();
            }

            // One token a second with the ticks of ten: the bucket takes whole numbers alone.
            var ticks = time.TimestampFrequency * (long)Pause.TotalSeconds;
            var bucket = _addresses.TryGetValue(address, out var known) ? known : new TokenBucket(1, AtOnce, ticks, now);
            var taken = bucket.TryTake(1, now) && _all.TryTake(1, now);
            _addresses[address] = bucket;
            unwritten = taken ? _unwritten : 0;
            _unwritten = taken ? 0 : _unwritten + 1;
            return taken;
        }
    }
}
