using System.Net;

namespace Mport.Client.Datagrams;

/// <summary>Where a tunnel's target takes datagrams. Nothing tells beforehand which of a name's addresses that is: one that refuses gives way to the next. Thread-safe.</summary>
internal sealed class DatagramTarget
{
    private volatile IReadOnlyList<IPEndPoint> _addresses = [];
    private volatile IPEndPoint? _proven;
    private int _index;

    /// <summary>The address for a new flow; null while none is known.</summary>
    public IPEndPoint? Current => _addresses is { Count: > 0 } known ? known[Math.Abs(Volatile.Read(ref _index) % known.Count)] : null;

    /// <summary>The target's name was looked up.</summary>
    public void Set(IReadOnlyList<IPEndPoint> addresses)
    {
        if (!addresses.SequenceEqual(_addresses))
        {
            _addresses = addresses;
            Volatile.Write(ref _index, 0);
        }
    }

    /// <summary>The target answered from there.</summary>
    public void Answered(IPEndPoint address) => _proven = address;

    /// <summary>Nobody listens there; true when another address is to be tried.</summary>
    public bool Refused(IPEndPoint address)
    {
        var known = _addresses;
        if (known.Count < 2 || address.Equals(_proven))
        {
            // A target that has answered there before comes back there.
            return false;
        }

        var index = Volatile.Read(ref _index);
        if (address.Equals(known[Math.Abs(index % known.Count)]))
        {
            Interlocked.CompareExchange(ref _index, index + 1, index);
        }

        return true;
    }
}
