using System.Net;
using System.Net.Sockets;

namespace Mport.Server.Hosting.Handover;

/// <summary>
/// Sockets that an earlier edge has handed over and nobody has asked for yet; empty in an edge that took nothing over. Connections wait in their
/// queues. Thread-safe.
/// </summary>
internal sealed class InheritedSockets : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<SharedSocket> _sockets;

    /// <summary>Owns the sockets.</summary>
    public InheritedSockets(IEnumerable<SharedSocket> sockets) => _sockets = [.. sockets];

    /// <summary>How many are left.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _sockets.Count;
            }
        }
    }

    /// <summary>Those that are left, for an edge that takes over in its turn; they stay here.</summary>
    public IReadOnlyList<SharedSocket> Rest
    {
        get
        {
            lock (_gate)
            {
                return [.. _sockets];
            }
        }
    }

    /// <summary>Whether there is a socket for this at this address.</summary>
    public bool Holds(SocketRole role, IPEndPoint endPoint)
    {
        lock (_gate)
        {
            return Find(role, endPoint) >= 0;
        }
    }

    /// <summary>Gives the socket for this at this address to the caller, or null. Port 0 is any port.</summary>
    public Socket? Take(SocketRole role, IPEndPoint endPoint)
    {
        lock (_gate)
        {
            return TakeAt(Find(role, endPoint));
        }
    }

    /// <summary>Gives the one socket of a role that has no address of the network, or null.</summary>
    public Socket? Take(SocketRole role)
    {
        lock (_gate)
        {
            return TakeAt(_sockets.FindIndex(shared => shared.Role == role));
        }
    }

    /// <summary>Closes what nobody asked for, and gives the number.</summary>
    public int CloseRest()
    {
        lock (_gate)
        {
            var count = _sockets.Count;
            foreach (var shared in _sockets)
            {
                shared.Socket.Dispose();
            }

            _sockets.Clear();
            return count;
        }
    }

    /// <inheritdoc />
    public void Dispose() => CloseRest();

    private Socket? TakeAt(int index)
    {
        if (index < 0)
        {
            return null;
        }

        var socket = _sockets[index].Socket;
        _sockets.RemoveAt(index);
        return socket;
    }

    private int Find(SocketRole role, IPEndPoint wanted)
    {
        // Where the machine has no IPv6, "all interfaces" means all IPv4 ones.
        var address = wanted.Address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6 ? IPAddress.Any : wanted.Address;
        return _sockets.FindIndex(shared => shared.Role == role && shared.Socket.LocalEndPoint is IPEndPoint here
            && here.Address.Equals(address) && (wanted.Port == 0 || here.Port == wanted.Port));
    }
}
