using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Carriers;
using Mport.Server.Hosting;
using Mport.Server.Hosting.Handover;
using Mport.Server.Limits;
using Mport.Server.Metrics;

namespace Mport.Server.Tunnels.Udp;

/// <summary>The public UDP ports that are open now, each for one tunnel. Thread-safe.</summary>
internal sealed class UdpPorts : ITunnelPorts, IListening
{
    // A target's answer to what came just before another edge took over; datagrams have no end to wait for.
    private static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<int, (UdpPort Port, TunnelLink Link)> _open = [];
    private readonly List<UdpPort> _closeLater = [];
    private readonly IPAddress _address;
    private readonly InheritedSockets _inherited;
    private readonly UdpShared _shared;
    private readonly OwnedTasks _tasks;
    private bool _isShared;

    /// <summary>None is open.</summary>
    public UdpPorts(IPAddress address, InheritedSockets inherited, UdpOptions options, ProvenAddresses proven, VisitorGate gate, MemoryBudget memory, EdgeMeters meters, TimeProvider time, ILogger<UdpPorts> logger)
    {
        _address = address;
        _inherited = inherited;
        _shared = new UdpShared(options, proven, gate, memory, time, logger);
        _ = new UdpMetrics(meters, _shared.Count, CountVisitors);
        _tasks = new OwnedTasks(logger.VisitorFaulted);
    }

    /// <inheritdoc />
    public int Visitors => CountVisitors();

    /// <summary>Whether nobody, this edge included, has the port; an earlier edge's socket for it counts as nobody.</summary>
    public bool IsFree(int port) => _inherited.Holds(SocketRole.Udp, new IPEndPoint(_address, port)) || UdpPort.IsFree(_address, port);

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
            var opened = UdpPort.Open(_address, port, _inherited.Take(SocketRole.Udp, new IPEndPoint(_address, port)), link, _shared, _tasks, IsOwn);
            _open[port] = (opened, link);
            opened.Resume();
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
                if (_isShared)
                {
                    _closeLater.Add(known.Port);
                }
                else
                {
                    known.Port.Stop();
                }
            }
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<SharedSocket> Share()
    {
        lock (_gate)
        {
            _isShared = true;
            return [.. _open.Values.Select(known => new SharedSocket(SocketRole.Udp, known.Port.Socket))];
        }
    }

    /// <inheritdoc />
    public Task HoldAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_open.Values.Select(known => known.Port).Concat(_closeLater).Select(port => port.HoldAsync()));
        }
    }

    /// <inheritdoc />
    public void Resume()
    {
        lock (_gate)
        {
            _isShared = false;
            foreach (var (port, _) in _open.Values)
            {
                port.Resume();
            }

            StopLate();
        }
    }

    /// <summary>The next edge receives: lets the last answers out, and closes this process's descriptors.</summary>
    public async Task LetGoAsync()
    {
        if (Visitors > 0)
        {
            await Task.Delay(LastAnswers, _shared.Time, CancellationToken.None);
        }

        await StopAsync();
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
            StopLate();
        }

        return _tasks.CloseAsync();
    }

    private void StopLate()
    {
        _closeLater.ForEach(port => port.Stop());
        _closeLater.Clear();
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
