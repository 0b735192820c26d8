using Mport.Protocol.Errors;

namespace Mport.Protocol.Carriers;

/// <summary>
/// The carriers of one session, by index. A new stream goes to the least loaded one; that one carrier ends touches the streams of no other.
/// Thread-safe. The set does not run or own its carriers.
/// </summary>
public sealed class CarrierSet
{
    /// <summary>The most carriers that a session may have.</summary>
    public const int Max = 8;

    private readonly Lock _gate = new();
    private volatile Entry[] _entries = [];

    /// <summary>The carriers in the order of their indexes.</summary>
    public IReadOnlyList<Carrier> All => [.. _entries.Select(entry => entry.Carrier)];

    /// <summary>Streams open now, on all carriers.</summary>
    public int StreamCount => _entries.Sum(entry => entry.Carrier.StreamCount);

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

    /// <summary>Opens a stream on the carrier with the fewest; the first bytes go out with the opening frame.</summary>
    /// <exception cref="StreamException">No carrier is left, or it has no room.</exception>
    public ValueTask<CarrierStream> OpenStreamAsync(ReadOnlyMemory<byte> first, CancellationToken cancellationToken)
    {
        Carrier? least = null;
        var count = int.MaxValue;
        foreach (var entry in _entries)
        {
            if (entry.Carrier.StreamCount is var streams && streams < count)
            {
                (least, count) = (entry.Carrier, streams);
            }
        }

        return least is null
            ? throw new StreamException(ProtocolErrors.SessionClosed, "The session has no carrier.")
            : least.OpenStreamAsync(first, cancellationToken);
    }

    private readonly record struct Entry(int Index, Carrier Carrier);
}
