using Mport.Protocol.Errors;

namespace Mport.Protocol.Carriers;

/// <summary>The streams of one carrier by id, and which ids there can have been. Thread-safe.</summary>
/// <param name="role">Whose ids are odd: the client's (yamux spec.md, "StreamID Field").</param>
internal sealed class StreamTable(CarrierRole role)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, CarrierStream> _streams = [];
    private uint _nextOwn = role == CarrierRole.Client ? 1u : 2u;
    private uint _highestPeer;
    private int _incoming;
    private bool _closed;

    /// <summary>Streams open now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _streams.Count;
            }
        }
    }

    /// <summary>Streams of this side, without those that the peer opened.</summary>
    public int OwnCount
    {
        get
        {
            lock (_gate)
            {
                return _streams.Count - _incoming;
            }
        }
    }

    /// <summary>Makes and adds a stream of this side; null when the table is closed, full, or out of ids.</summary>
    public CarrierStream? TryOpen(int max, Func<uint, CarrierStream> make)
    {
        lock (_gate)
        {
            // The last ids are left unused: the carrier has to be renewed before the number wraps.
            if (_closed || _streams.Count - _incoming >= max || _nextOwn > uint.MaxValue - 2)
            {
                return null;
            }

            var stream = make(_nextOwn);
            _streams.Add(_nextOwn, stream);
            _nextOwn += 2;
            return stream;
        }
    }

    /// <summary>Adds a stream that the peer opens; null when as many as allowed are open.</summary>
    /// <exception cref="ProtocolException">The id is one of ours, or is open already.</exception>
    public CarrierStream? TryAccept(uint id, int max, Func<uint, CarrierStream> make)
    {
        lock (_gate)
        {
            if (IsOwn(id) || _streams.ContainsKey(id))
            {
                throw new ProtocolException(ProtocolErrors.FrameInvalid, $"The peer opens stream {id}, which is not its to open.");
            }

            _highestPeer = Math.Max(_highestPeer, id);
            if (_closed || _incoming >= max)
            {
                return null;
            }

            var stream = make(id);
            _streams.Add(id, stream);
            _incoming++;
            return stream;
        }
    }

    /// <summary>The open stream of this id, or null when it has ended.</summary>
    /// <exception cref="ProtocolException">No stream of this id was ever opened.</exception>
    public CarrierStream? Find(uint id)
    {
        lock (_gate)
        {
            if (_streams.TryGetValue(id, out var stream))
            {
                return stream;
            }

            return (IsOwn(id) ? id < _nextOwn : id <= _highestPeer)
                ? null
                : throw new ProtocolException(ProtocolErrors.FrameInvalid, $"A frame belongs to stream {id}, which was never opened.");
        }
    }

    /// <summary>The stream has ended.</summary>
    public void Remove(uint id)
    {
        lock (_gate)
        {
            if (_streams.Remove(id) && !IsOwn(id))
            {
                _incoming--;
            }
        }
    }

    /// <summary>Takes no more streams and gives those that are open.</summary>
    public IReadOnlyList<CarrierStream> Close()
    {
        lock (_gate)
        {
            _closed = true;
            return [.. _streams.Values];
        }
    }

    private bool IsOwn(uint id) => (id & 1) == (role == CarrierRole.Client ? 1u : 0u);
}
