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
    private readonly PortTable<PublicPort> _table = new(SocketRole.Tcp, address, inherited);
    private readonly OwnedTasks _tasks = new(logger.VisitorFaulted);

    /// <inheritdoc />
    public int Visitors => _tasks.Count;

    /// <summary>Whether nobody, this edge included, listens on the port; an earlier edge's socket for it counts as nobody.</summary>
    public bool IsFree(int port) => _table.Inherits(port) || PublicPort.IsFree(address, port);

    /// <inheritdoc />
    public void Open(int port, TunnelLink link) => _table.Put(
        port, link, socket => PublicPort.Open(address, port, socket, link, relay, visitors, gate, proven, metrics, _tasks, time, logger));

    /// <inheritdoc />
    public void Close(int port, TunnelLink link) => _table.Close(port, link);

    /// <inheritdoc />
    public IReadOnlyList<SharedSocket> Share() => _table.Share();

    /// <inheritdoc />
    public Task HoldAsync() => _table.HoldAsync();

    /// <inheritdoc />
    public void Resume() => _table.Resume();

    /// <inheritdoc />
    public Task LetGoAsync() => StopAsync();

    /// <summary>Listens on no port any more; completes when the last visitor has gone.</summary>
    public Task StopAsync()
    {
        _table.Stop();
        return _tasks.CloseAsync();
    }
}
