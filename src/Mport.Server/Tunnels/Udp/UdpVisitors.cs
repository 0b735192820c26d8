using Mport.Protocol.Datagrams;

namespace Mport.Server.Tunnels.Udp;

/// <summary>The visitors of one UDP tunnel, by address and by number. Thread-safe.</summary>
internal sealed class UdpVisitors
{
    private readonly Lock _gate = new();
    private readonly UdpOptions _options;
    private readonly Func<UInt128, bool> _isProven;
    private readonly FlowTable<UdpAddress, UInt128, UdpVisitor> _bySource;
    private readonly Dictionary<uint, UdpVisitor> _byNumber = [];
    private uint _lastNumber;

    /// <summary>Makes an empty table.</summary>
    /// <param name="options">The limits.</param>
    /// <param name="frequency">Timestamp units a second.</param>
    /// <param name="isProven">Whether an address is known not to be forged.</param>
    public UdpVisitors(UdpOptions options, long frequency, Func<UInt128, bool> isProven)
    {
        _options = options;
        _isProven = isProven;
        _bySource = new(options.MaxVisitors, options.MaxVisitorsPerAddress, (long)(options.Idle.TotalSeconds * frequency));
    }

    /// <summary>Visitors now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _bySource.Count;
            }
        }
    }

    /// <summary>A datagram has come; gives its visitor, a new one where it has none.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="local">To which of this machine's addresses.</param>
    /// <param name="bytes">Its payload.</param>
    /// <param name="now">The time.</param>
    /// <param name="pushedOut">Who lost its place to a new visitor, else null.</param>
    public UdpVisitor Arrive(UdpAddress source, UInt128 local, int bytes, long now, out UdpVisitor? pushedOut)
    {
        lock (_gate)
        {
            pushedOut = null;
            var visitor = _bySource.Use(source, now);
            if (visitor is null)
            {
                visitor = new UdpVisitor(NextNumber(), source);
                pushedOut = _bySource.Add(source, source.Block, visitor, now);
                if (pushedOut is not null)
                {
                    _byNumber.Remove(pushedOut.Number);
                }

                _byNumber.Add(visitor.Number, visitor);
                if (_isProven(source.Bits))
                {
                    visitor.Guard.Verify();
                }
            }

            visitor.Local = local;
            visitor.Guard.Received(bytes);
            return visitor;
        }
    }

    /// <summary>An answer has come for a number.</summary>
    /// <param name="number">The visitor's.</param>
    /// <param name="bytes">Its payload.</param>
    /// <param name="now">The time.</param>
    /// <param name="drop">Why nobody gets it.</param>
    /// <param name="local">Which of this machine's addresses it goes out from.</param>
    /// <returns>Who gets it; null when there is no such visitor, or it may not get it yet.</returns>
    public UdpVisitor? Answer(uint number, int bytes, long now, out DatagramDrop drop, out UInt128 local)
    {
        lock (_gate)
        {
            local = default;
            drop = DatagramDrop.Unknown;
            if (!_byNumber.TryGetValue(number, out var visitor))
            {
                return null;
            }

            drop = DatagramDrop.Unverified;
            if (!visitor.Guard.TrySend(bytes, _options.Amplification))
            {
                return null;
            }

            local = visitor.Local;
            _bySource.Use(visitor.Source, now);
            return visitor;
        }
    }

    /// <summary>The visitor of a number; null when there is none.</summary>
    public UdpVisitor? Find(uint number)
    {
        lock (_gate)
        {
            return _byNumber.GetValueOrDefault(number);
        }
    }

    /// <summary>Takes one out; false when it is out already.</summary>
    public bool Remove(UdpVisitor visitor)
    {
        lock (_gate)
        {
            if (_byNumber.GetValueOrDefault(visitor.Number) != visitor)
            {
                return false;
            }

            _byNumber.Remove(visitor.Number);
            _bySource.Remove(visitor.Source);
            return true;
        }
    }

    /// <summary>Takes out those who were silent for too long.</summary>
    public IReadOnlyList<UdpVisitor> RemoveIdle(long now)
    {
        var idle = new List<UdpVisitor>();
        lock (_gate)
        {
            while (_bySource.RemoveIdle(now) is { } visitor)
            {
                _byNumber.Remove(visitor.Number);
                idle.Add(visitor);
            }
        }

        return idle;
    }

    /// <summary>Takes out all.</summary>
    public IReadOnlyList<UdpVisitor> RemoveAll()
    {
        lock (_gate)
        {
            List<UdpVisitor> all = [.. _byNumber.Values];
            all.ForEach(visitor => _bySource.Remove(visitor.Source));
            _byNumber.Clear();
            return all;
        }
    }

    private uint NextNumber()
    {
        do
        {
            // After four thousand million visitors the numbers begin again; those in use are passed over.
            _lastNumber = _lastNumber == uint.MaxValue ? 1 : _lastNumber + 1;
        }
        while (_byNumber.ContainsKey(_lastNumber));

        return _lastNumber;
    }
}
