using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Carriers;
using Mport.Server.Hosting;
using Mport.Server.Metrics;

namespace Mport.Server.Tunnels.Udp;

/// <summary>The public UDP ports that are open now, each for one tunnel. Thread-safe.</summary>
internal sealed class UdpPorts : ITunnelPorts
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, (UdpPort Port, TunnelLink Link)> _open = [];
    private readonly IPAddress _address;
    private readonly UdpShared _shared;
    private readonly OwnedTasks _tasks;

    /// <summary>None is open.</summary>
    public UdpPorts(IPAddress address, UdpOptions options, ProvenAddresses proven, MemoryBudget memory, EdgeMeters meters, TimeProvider time, ILogger<UdpPorts> logger)
    {
        _address = address;
        _shared = new UdpShared(options, proven, memory, time, logger);
        _ = new UdpMetrics(meters, _shared.Count, CountVisitors);
        _tasks = new OwnedTasks(logger.VisitorFaulted);
    }

    /// <summary>Whether nobody, this edge included, has the port.</summary>
    public bool IsFree(int port) => UdpPort.IsFree(_address, port);

    /// <summary>Opens the port for the link's tunnel. When it is open already, it is the same tunnel's, and its visitors go to this link from now on.</summary>
    /// <exception cref="SocketException">The port is in use, or may not be bound.</exception>
    public void Open(int port, TunnelLink link)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(port, out var known))
            {
                known.Port.Retarget(link);
                _open[port] = (known.Port, link);
                return;
            }

            // Binding is one system call; it must be one step with the look above.
            _open[port] = (UdpPort.Open(_address, port, link, _shared, _tasks, IsOwn), link);
        }
    }

    /// <summary>Closes the port of the link. Does nothing when another link has it.</summary>
    public void Close(int port, TunnelLink link)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(port, out var known) && known.Link == link)
            {
                _open.Remove(port);
                known.Port.Stop();
            }
        }
    }

    /// <summary>Closes all ports; completes when the last stream of theirs has ended.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            foreach (var (port, _) in _open.Values)
            {
                port.Stop();
            }

            _open.Clear();
        }

        return _tasks.CloseAsync();
    }

    private int CountVisitors()
    {
        lock (_gate)
        {
            return _open.Values.Sum(open => open.Port.Visitors.Count);
        }
    }

    private bool IsOwn(UdpAddress address)
    {
        lock (_gate)
        {
            return _open.ContainsKey(address.Port);
        }
    }
}
