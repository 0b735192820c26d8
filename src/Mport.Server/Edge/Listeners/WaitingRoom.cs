using System.Net;
using System.Net.Sockets;

namespace Mport.Server.Edge.Listeners;

/// <summary>
/// The connections that have not yet said what they are. It holds so many in all and so many from one address; when one more comes, the one
/// that has waited longest is closed. So a crowd of silent connections shuts nobody out: an honest one speaks within a round trip and is
/// gone from here, while refusing the newcomer would let the silent ones keep the door. Thread-safe.
/// </summary>
/// <param name="places">Connections in all.</param>
/// <param name="placesPerAddress">Connections from one <see cref="AddressBlock"/>.</param>
internal sealed class WaitingRoom(int places, int placesPerAddress)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Seat> _longestFirst = new();
    private readonly Dictionary<AddressBlock, LinkedList<Seat>> _byAddress = [];

    /// <summary>Connections waiting now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _longestFirst.Count;
            }
        }
    }

    /// <summary>Gives a connection a place, closing the one that has waited longest where there is none.</summary>
    public Seat Enter(Socket socket, IPAddress address)
    {
        var seat = new Seat(socket, AddressBlock.Of(address));
        Seat? evicted = null;
        lock (_lock)
        {
            if (_byAddress.TryGetValue(seat.Address, out var neighbours) && neighbours.Count >= placesPerAddress)
            {
                evicted = neighbours.First?.Value;
            }
            else if (_longestFirst.Count >= places)
            {
                evicted = _longestFirst.First?.Value;
            }

            if (evicted is not null)
            {
                Remove(evicted);
            }

            Add(seat);
        }

        evicted?.Socket.Dispose();
        return seat;
    }

    /// <summary>Gives the place back. False when the connection was closed to make room.</summary>
    public bool TryLeave(Seat seat)
    {
        lock (_lock)
        {
            return Remove(seat);
        }
    }

    private void Add(Seat seat)
    {
        if (!_byAddress.TryGetValue(seat.Address, out var neighbours))
        {
            _byAddress[seat.Address] = neighbours = new LinkedList<Seat>();
        }

        seat.InAddress = neighbours.AddLast(seat);
        seat.InAll = _longestFirst.AddLast(seat);
    }

    private bool Remove(Seat seat)
    {
        if (seat.InAll is not { } inAll || seat.InAddress is not { } inAddress)
        {
            return false;
        }

        _longestFirst.Remove(inAll);
        var neighbours = _byAddress[seat.Address];
        neighbours.Remove(inAddress);
        if (neighbours.Count == 0)
        {
            _byAddress.Remove(seat.Address);
        }

        seat.InAll = null;
        seat.InAddress = null;
        return true;
    }

    /// <summary>A connection's place.</summary>
    internal sealed class Seat(Socket socket, AddressBlock address)
    {
        /// <summary>The connection.</summary>
        public Socket Socket { get; } = socket;

        /// <summary>Whom it counts for.</summary>
        public AddressBlock Address { get; } = address;

        internal LinkedListNode<Seat>? InAll { get; set; }

        internal LinkedListNode<Seat>? InAddress { get; set; }
    }
}
