using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Relay;
using Mport.Protocol.Transport;
using Mport.Server.Edge.Listeners;
using Mport.Server.Edge.Proxies;
using Mport.Server.Hosting;

namespace Mport.Server.Tunnels;

/// <summary>A public TCP port of a tunnel: accepts visitors and joins each to the client that holds the tunnel at that moment.</summary>
internal sealed class PublicPort
{
    private const int Backlog = 512;

    // Out of descriptors: wait, so that the loop does not spin while others close theirs.
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listener;
    private readonly VisitorRelay _relay;
    private readonly VisitorCap _cap;
    private readonly ProxyHeaderGate _gate;
    private readonly TunnelsMetrics _metrics;
    private readonly OwnedTasks _tasks;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly int _port;
    private volatile TunnelLink _link;
    private readonly AcceptLoop _loop;

    private PublicPort(Socket listener, int port, TunnelLink link, VisitorRelay relay, VisitorCap cap, ProxyHeaderGate gate, TunnelsMetrics metrics, OwnedTasks tasks, TimeProvider time, ILogger logger)
    {
        _listener = listener;
        _link = link;
        _relay = relay;
        _cap = cap;
        _gate = gate;
        _metrics = metrics;
        _tasks = tasks;
        _time = time;
        _logger = logger;
        _port = port;
        _loop = new AcceptLoop(AcceptAsync);
    }

    /// <summary>The socket, for an edge that takes over.</summary>
    public Socket Listener => _listener;

    /// <summary>Listens on a socket of its own, or on one that an earlier edge has left; accepts from <see cref="Resume"/> on.</summary>
    /// <exception cref="SocketException">The port is in use, or may not be bound.</exception>
    public static PublicPort Open(
        IPAddress address, int port, Socket? inherited, TunnelLink link, VisitorRelay relay, VisitorCap cap, ProxyHeaderGate gate, TunnelsMetrics metrics, OwnedTasks tasks, TimeProvider time, ILogger logger) =>
        new(inherited ?? Listen(address, port), port, link, relay, cap, gate, metrics, tasks, time, logger);

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
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any))
            {
                listener.DualMode = true;
            }

            listener.Bind(new IPEndPoint(address, port));
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
                if (!_cap.TryEnter())
                {
                    _metrics.VisitorRefused(VisitorRefusal.EdgeFull);
                    SocketRelay.CloseWithReset(visitor);
                }
                else if (!_tasks.TryRun(() => ServeAsync(visitor)))
                {
                    _cap.Leave();
                    visitor.Dispose();
                }
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

    private async Task ServeAsync(Socket visitor)
    {
        try
        {
            _metrics.VisitorAccepted();
            SocketTuning.Apply(visitor);
            if (ConnectionEnds.Of(visitor) is { } socketEnds && await _gate.ReadAsync(visitor, socketEnds, CancellationToken.None) is { } ends)
            {
                await _relay.RunAsync(visitor, ends, _link);
            }
            else
            {
                SocketRelay.CloseWithReset(visitor);
            }
        }
        catch (SocketException)
        {
            // Reset before it was looked at.
            visitor.Dispose();
        }
        finally
        {
            _cap.Leave();
        }
    }
}
