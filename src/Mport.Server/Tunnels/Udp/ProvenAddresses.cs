using System.Collections.Concurrent;
using System.Net;

namespace Mport.Server.Tunnels.Udp;

/// <summary>
/// Who has a TCP connection to a public port now: such an address is not forged, so the UDP port of the same number owes it no caution (SEC-49). It is
/// what a tunnel of kind tcp+udp needs for services that arrange a flow over TCP and then send it over UDP. Thread-safe.
/// </summary>
internal sealed class ProvenAddresses
{
    // Bounded by the visitors' connections that there may be.
    private readonly ConcurrentDictionary<(int Port, UInt128 Address), int> _connections = [];

    /// <summary>A connection came.</summary>
    public void Enter(int port, IPAddress visitor) => _connections.AddOrUpdate((port, UdpAddress.BitsOf(visitor)), 1, static (_, count) => count + 1);

    /// <summary>A connection went.</summary>
    public void Leave(int port, IPAddress visitor)
    {
        var key = (port, UdpAddress.BitsOf(visitor));
        while (_connections.TryGetValue(key, out var count))
        {
            if (count == 1 ? _connections.TryRemove(new KeyValuePair<(int, UInt128), int>(key, 1)) : _connections.TryUpdate(key, count - 1, count))
            {
                return;
            }
        }
    }

    /// <summary>Whether the address has a connection to the port.</summary>
    public bool Contains(int port, UInt128 address) => !_connections.IsEmpty && _connections.ContainsKey((port, address));
}
