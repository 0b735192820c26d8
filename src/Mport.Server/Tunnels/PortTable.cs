using System.Net;
using System.Net.Sockets;
using Mport.Server.Hosting.Handover;

namespace Mport.Server.Tunnels;

/// <summary>
/// The open ports of one protocol by their numbers, each with the link that holds it, and what a takeover of the edge asks of them
/// (<see cref="IListening"/>). Thread-safe.
/// </summary>
/// <param name="role">What the sockets are for.</param>
/// <param name="address">The address that they are bound to.</param>
/// <param name="inherited">Sockets of an earlier edge.</param>
internal sealed class PortTable<TPort>(SocketRole role, IPAddress address, InheritedSockets inherited)
    where TPort : ITunnelPort
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, (TPort Port, TunnelLink Link)> _open = [];
    private readonly List<TPort> _closeLater = [];
    private bool _shared;

    /// <summary>The ports that are open now.</summary>
    public IReadOnlyList<TPort> Open
    {
        get
        {
            lock (_gate)
            {
                return [.. _open.Values.Select(known => known.Port)];
            }
        }
    }

    /// <summary>Whether a port of this number is open.</summary>
    public bool Contains(int port)
    {
        lock (_gate)
        {
            return _open.ContainsKey(port);
        }
    }

    /// <summary>Whether an earlier edge's socket waits to be used for the port.</summary>
    public bool Inherits(int port) => inherited.Holds(role, new IPEndPoint(address, port));

    /// <summary>Opens a port for the link's tunnel. When it is open already, it is the same tunnel's, and what comes goes to this link from now on.</summary>
    /// <param name="port">Its number.</param>
    /// <param name="link">Who holds it.</param>
    /// <param name="make">Makes it, of an earlier edge's socket where there is one.</param>
    /// <exception cref="SocketException">The port is in use, or may not be bound.</exception>
    public void Put(int port, TunnelLink link, Func<Socket?, TPort> make)
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
            var opened = make(inherited.Take(role, new IPEndPoint(address, port)));
            _open[port] = (opened, link);
            opened.Resume();
        }
    }

    /// <summary>Closes the link's port; while its socket is shared with the next edge, that has to wait. Does nothing when another link has it.</summary>
    public void Close(int port, TunnelLink link)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(port, out var known) || known.Link != link)
            {
                return;
            }

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

    /// <inheritdoc cref="IListening.Share" />
    public IReadOnlyList<SharedSocket> Share()
    {
        lock (_gate)
        {
            _shared = true;
            return [.. _open.Values.Select(known => new SharedSocket(role, known.Port.Socket))];
        }
    }

    /// <inheritdoc cref="IListening.HoldAsync" />
    public Task HoldAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_open.Values.Select(known => known.Port).Concat(_closeLater).Select(port => port.HoldAsync()));
        }
    }

    /// <inheritdoc cref="IListening.Resume" />
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

    /// <summary>Closes all ports.</summary>
    public void Stop()
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
    }

    private void StopLate()
    {
        _closeLater.ForEach(port => port.Stop());
        _closeLater.Clear();
    }
}
