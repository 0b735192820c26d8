using Mport.Protocol.Errors;

namespace Mport.Protocol.Carriers;

/// <summary>
/// The carriers of one session, by index. A new stream goes to the least loaded one; that one carrier ends touches the streams of no other.
/// Thread-safe. The set does not run or own its carriers.
/// </summary>
/// <param name="maxStreams">Streams of this side at one time, on all carriers together.</param>
public sealed class CarrierSet(int maxStreams = int.MaxValue)
{
    /// <summary>The most carriers that a session may have.</summary>
    public const int Max = 8;

    private readonly Lock _gate = new();
    private volatile Entry[] _entries = [];

    /// <summary>The carriers in the order of their indexes.</summary>
    public IReadOnlyList<Carrier> All => [.. _entries.Select(entry => entry.Carrier)];

    /// <summary>How many carriers there are.</summary>
    public int Count => _entries.Length;

    /// <summary>Streams open now, on all carriers.</summary>
    public int StreamCount => _entries.Sum(entry => entry.Carrier.StreamCount);

    /// <summary>The shortest of the carriers' last measured round trips, or null before the first heartbeat.</summary>
    public TimeSpan? RoundTrip => _entries.Min(entry => entry.Carrier.RoundTrip);

    /// <summary>Whether no carrier can move a byte at the moment: each waits for its connection to be taken up again, or there is none.</summary>
    public bool IsSuspended => Array.TrueForAll(_entries, entry => entry.Carrier.IsSuspended);

    /// <summary>Adds a carrier, or puts it in the place of the one with this index.</summary>
    /// <returns>The carrier that had the index, else null.</returns>
    public Carrier? Add(int index, Carrier carrier)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Max);
        lock (_gate)
        {
            var before = _entries.FirstOrDefault(entry => entry.Index == index).Carrier;
            _entries = [.. _entries.Where(entry => entry.Index != index).Append(new Entry(index, carrier)).OrderBy(entry => entry.Index)];
            return before;
        }
    }

    /// <summary>Takes a carrier out; false when another one has its index by now.</summary>
    public bool Remove(int index, Carrier carrier)
    {
        lock (_gate)
        {
            var left = _entries.Where(entry => entry.Index != index || entry.Carrier != carrier).ToArray();
            var removed = left.Length < _entries.Length;
            _entries = left;
            return removed;
        }
    }

    /// <summary>The carrier of this index, or null.</summary>
    public Carrier? Find(int index) => _entries.FirstOrDefault(entry => entry.Index == index).Carrier;

    /// <summary>
    /// Opens a stream on the carrier with the fewest, one that works before one that waits for its connection; the first bytes go out with the
    /// opening frame.
    /// </summary>
    /// <exception cref="StreamException">No carrier is left, or none has room.</exception>
    public async ValueTask<CarrierStream> OpenStreamAsync(ReadOnlyMemory<byte> first, CancellationToken cancellationToken)
    {
        var entries = _entries;
        if (maxStreams != int.MaxValue && entries.Sum(entry => entry.Carrier.OwnStreamCount) >= maxStreams)
        {
            throw new StreamException(ConnectionErrors.ClientOverloaded, $"{maxStreams} streams are open in the session; no more are allowed.");
        }

        if (LeastLoaded(entries, null) is not { } least)
        {
            throw new StreamException(ProtocolErrors.SessionClosed, "The session has no carrier.");
        }

        try
        {
            return await least.OpenStreamAsync(first, cancellationToken);
        }
        catch (StreamException) when (LeastLoaded(entries, least) is { } other)
        {
            // It ended just now, or is full: the visitor needs not suffer for it.
            return await other.OpenStreamAsync(first, cancellationToken);
        }
    }

    private static Carrier? LeastLoaded(Entry[] entries, Carrier? except)
    {
        Carrier? least = null;
        var load = int.MaxValue;
        foreach (var entry in entries)
        {
            var streams = entry.Carrier == except || entry.Carrier.IsClosing ? int.MaxValue
                : entry.Carrier.StreamCount + (entry.Carrier.IsSuspended ? int.MaxValue / 2 : 0);
            if (streams < load)
            {
                (least, load) = (entry.Carrier, streams);
            }
        }

        return least;
    }

    private readonly record struct Entry(int Index, Carrier Carrier);
}
