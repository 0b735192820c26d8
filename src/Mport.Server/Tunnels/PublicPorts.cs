using System.Net;
using System.Net.Sockets;
using Mport.Server.Edge.Proxies;
using Mport.Server.Hosting;
using Mport.Server.Hosting.Handover;
using Mport.Server.Limits;
using Mport.Server.Tunnels.Udp;

namespace Mport.Server.Tunnels;

/// <summary>The public TCP ports that are listened on now, each for one tunnel. Thread-safe.</summary>
internal sealed class PublicPorts(
    IPAddress address, InheritedSockets inherited, VisitorRelay relay, VisitorGate visitors, ProxyHeaderGate gate, ProvenAddresses proven, TunnelsMetrics metrics, TimeProvider time, ILogger<PublicPorts> logger)
    : ITunnelPorts, IListening
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, (PublicPort Port, TunnelLink Link)> _open = [];
    private readonly List<PublicPort> _closeLater = [];
    private readonly OwnedTasks _tasks = new(logger.VisitorFaulted);
    private bool _shared;

    /// <summary>Whether nobody, this edge included, listens on the port; an earlier edge's socket for it counts as nobody.</summary>
    public bool IsFree(int port) => inherited.Holds(SocketRole.Tcp, new IPEndPoint(address, port)) || PublicPort.IsFree(address, port);

    /// <summary>Listens for the link's tunnel. When the port is open already, it is the same tunnel's, and its visitors go to this link from now on.</summary>
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

            // Listening is one system call; it must be one step with the look above.
            var opened = PublicPort.Open(address, port, inherited.Take(SocketRole.Tcp, new IPEndPoint(address, port)), link, relay, visitors, gate, proven, metrics, _tasks, time, logger);
            _open[port] = (opened, link);
            opened.Resume();
        }
    }

    /// <summary>Listens no more for the link. Does nothing when another link has the port. Visitors that are in go on.</summary>
    public void Close(int port, TunnelLink link)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(port, out var known) && known.Link == link)
            {
                _open.Remove(port);
                if (_shared)
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
    public int Visitors => _tasks.Count;

    /// <inheritdoc />
    public IReadOnlyList<SharedSocket> Share()
    {
        lock (_gate)
        {
            _shared = true;
            return [.. _open.Values.Select(known => new SharedSocket(SocketRole.Tcp, known.Port.Listener))];
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
            _shared = false;
            foreach (var (port, _) in _open.Values)
            {
                port.Resume();
            }

            StopLate();
        }
    }

    /// <inheritdoc />
    public Task LetGoAsync() => StopAsync();

    /// <summary>Listens on no port any more; completes when the last visitor has gone.</summary>
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
        foreach (var port in _closeLater)
        {
            port.Stop();
        }

        _closeLater.Clear();
    }
}
