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

    private readonly IPAddress _address;
    private readonly PortTable<UdpPort> _table;
    private readonly UdpShared _shared;
    private readonly OwnedTasks _tasks;

    /// <summary>None is open.</summary>
    public UdpPorts(IPAddress address, InheritedSockets inherited, UdpOptions options, ProvenAddresses proven, VisitorGate gate, MemoryBudget memory, EdgeMeters meters, TimeProvider time, ILogger<UdpPorts> logger)
    {
        _address = address;
        _table = new PortTable<UdpPort>(SocketRole.Udp, address, inherited);
        _shared = new UdpShared(options, proven, gate, memory, time, logger);
        _ = new UdpMetrics(meters, _shared.Count, () => Visitors);
        _tasks = new OwnedTasks(logger.VisitorFaulted);
    }

    /// <inheritdoc />
    public int Visitors => _table.Open.Sum(port => port.Visitors.Count);

    /// <summary>Whether nobody, this edge included, has the port; an earlier edge's socket for it counts as nobody.</summary>
    public bool IsFree(int port) => _table.Inherits(port) || UdpPort.IsFree(_address, port);

    /// <inheritdoc />
    public void Open(int port, TunnelLink link) => _table.Put(
        port, link, socket => UdpPort.Open(_address, port, socket, link, _shared, _tasks, source => _table.Contains(source.Port)));

    /// <inheritdoc />
    public void Close(int port, TunnelLink link) => _table.Close(port, link);

    /// <inheritdoc />
    public IReadOnlyList<SharedSocket> Share() => _table.Share();

    /// <inheritdoc />
    public Task HoldAsync() => _table.HoldAsync();

    /// <inheritdoc />
    public void Resume() => _table.Resume();

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
        _table.Stop();
        return _tasks.CloseAsync();
    }
}
