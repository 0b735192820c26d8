using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Relay;
using Mport.Protocol.Transport;
using Mport.Server.Edge.Listeners;
using Mport.Server.Edge.Proxies;
using Mport.Server.Hosting;
using Mport.Server.Limits;
using Mport.Server.Policy;
using Mport.Server.Tunnels.Udp;

namespace Mport.Server.Tunnels;

/// <summary>A public TCP port of a tunnel: accepts visitors and joins each to the client that holds the tunnel at that moment.</summary>
internal sealed class PublicPort : ITunnelPort
{
    private const int Backlog = 512;

    // Out of descriptors: wait, so that the loop does not spin while others close theirs.
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listener;
    private readonly VisitorRelay _relay;
    private readonly VisitorGate _visitors;
    private readonly AcceptRate _rate;
    private readonly ProxyHeaderGate _gate;
    private readonly ProvenAddresses _proven;
    private readonly TunnelsMetrics _metrics;
    private readonly OwnedTasks _tasks;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly int _port;
    private volatile TunnelLink _link;
    private readonly AcceptLoop _loop;

    private PublicPort(Socket listener, int port, TunnelLink link, VisitorRelay relay, VisitorGate visitors, ProxyHeaderGate gate, ProvenAddresses proven, TunnelsMetrics metrics, OwnedTasks tasks, TimeProvider time, ILogger logger)
    {
        _listener = listener;
        _link = link;
        _relay = relay;
        _visitors = visitors;
        _rate = visitors.NewPortRate();
        _gate = gate;
        _proven = proven;
        _metrics = metrics;
        _tasks = tasks;
        _time = time;
        _logger = logger;
        _port = port;
        _loop = new AcceptLoop(AcceptAsync, failure => logger.AcceptLoopFailed(port, failure), time);
    }

    /// <inheritdoc />
    public Socket Socket => _listener;

    /// <summary>Listens on a socket of its own, or on one that an earlier edge has left; accepts from <see cref="Resume"/> on.</summary>
    /// <exception cref="SocketException">The port is in use, or may not be bound.</exception>
    public static PublicPort Open(
        IPAddress address, int port, Socket? inherited, TunnelLink link, VisitorRelay relay, VisitorGate visitors, ProxyHeaderGate gate, ProvenAddresses proven, TunnelsMetrics metrics, OwnedTasks tasks, TimeProvider time, ILogger logger) =>
        new(inherited ?? Listen(address, port), port, link, relay, visitors, gate, proven, metrics, tasks, time, logger);

    /// <summary>Whether nobody listens on the port now.</summary>
    public static bool IsFree(IPAddress address, int port)
    {
        try
        {
            Listen(address, port).Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Visitors from now on go to this link.</summary>
    public void Retarget(TunnelLink link) => _link = link;

    /// <summary>Accepts.</summary>
    public void Resume() => _loop.Start();

    /// <summary>Accepts no more until <see cref="Resume"/>: visitors wait in the kernel's queue.</summary>
    public Task HoldAsync() => _loop.HoldAsync();

    /// <summary>Listens no more, at once; visitors that are in go on.</summary>
    public void Stop()
    {
        _loop.End();
        _listener.Dispose();
    }

    private static Socket Listen(IPAddress address, int port)
    {
        // Where the machine has no IPv6 at all, "all interfaces" means all IPv4 ones.
        var actual = address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6 ? IPAddress.Any : address;
        var listener = new Socket(actual.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (actual.Equals(IPAddress.IPv6Any))
            {
                listener.DualMode = true;
            }

            listener.Bind(new IPEndPoint(actual, port));
            listener.Listen(Backlog);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync(CancellationToken held)
    {
        while (!held.IsCancellationRequested)
        {
            try
            {
                // Step 1: a visitor's connection is accepted on the tunnel's public port.
                var visitor = await _listener.AcceptAsync(held);
                Admit(visitor);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException && held.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                // The visitor gave up before it was accepted.
            }
            catch (SocketException error)
            {
                _logger.AcceptFailed(_port, error.Message);
                await Task.Delay(AcceptPause, _time, held).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Admit(Socket visitor)
    {
        if (!_rate.TryAccept())
        {
            Refuse(visitor, VisitorRefusal.PortFast);
        }
        else if (ConnectionEnds.Of(visitor) is not { } ends)
        {
            visitor.Dispose();
        }
        else if (_gate.Expects(ends))
        {
            // A proxy's visitors are told apart by its header, which is read away from the accept loop.
            if (!_tasks.TryRun(() => ServeProxiedAsync(visitor, ends)))
            {
                visitor.Dispose();
            }
        }
        else if (Enter(visitor, ends) is { } place && !_tasks.TryRun(() => ServeAsync(visitor, ends, place)))
        {
            place.Dispose();
            visitor.Dispose();
        }
    }

    private VisitorGate.Place? Enter(Socket visitor, ConnectionEnds ends)
    {
        var link = _link;
        var address = AddressBlock.Of(ends.Address);
        if (link.Policy.Current?.Admits(PolicyRequest.Plain(ends.Address)) == false)
        {
            Refuse(visitor, VisitorRefusal.PolicyRefused);
            return null;
        }

        var refusal = VisitorRefusal.AddressFast;
        var place = _visitors.Rates.TryAccept(address) ? _visitors.TryEnter(address, link.TunnelId, link.AccountId, out refusal) : null;
        if (place is null)
        {
            Refuse(visitor, refusal);
        }

        return place;
    }

    private void Refuse(Socket visitor, VisitorRefusal why)
    {
        _metrics.VisitorRefused(why);
        SocketRelay.CloseWithReset(visitor);
    }

    private async Task ServeProxiedAsync(Socket visitor, ConnectionEnds proxy)
    {
        try
        {
            if (await _gate.ReadAsync(visitor, proxy, CancellationToken.None) is not { } ends)
            {
                SocketRelay.CloseWithReset(visitor);
            }
            else if (Enter(visitor, ends) is { } place)
            {
                await ServeAsync(visitor, ends, place);
            }
        }
        catch (SocketException)
        {
            // Reset before its header had come.
            visitor.Dispose();
        }
    }

    private async Task ServeAsync(Socket visitor, ConnectionEnds ends, VisitorGate.Place place)
    {
        try
        {
            _metrics.VisitorAccepted();
            SocketTuning.Apply(visitor);
            await RelayAsync(visitor, ends);
        }
        catch (SocketException)
        {
            // Reset before it was looked at.
            visitor.Dispose();
        }
        finally
        {
            place.Dispose();
        }
    }

    private async Task RelayAsync(Socket visitor, ConnectionEnds ends)
    {
        _proven.Enter(_port, ends.Remote.Address);
        try
        {
            await _relay.RunAsync(visitor, ends, _link);
        }
        finally
        {
            _proven.Leave(_port, ends.Remote.Address);
        }
    }
}
