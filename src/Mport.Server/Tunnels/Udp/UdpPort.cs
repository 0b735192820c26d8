using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Datagrams;
using Mport.Protocol.Relay;
using Mport.Protocol.Transport;
using Mport.Server.Accounts;
using Mport.Server.Edge.Listeners;
using Mport.Server.Edge.Proxies;
using Mport.Server.Hosting;
using Mport.Server.Policy;

namespace Mport.Server.Tunnels.Udp;

/// <summary>
/// A public UDP port of a tunnel: takes visitors' datagrams as fast as they come, whatever the client does, and gives each to the way of its visitor.
/// </summary>
internal sealed class UdpPort : ITunnelPort
{
    // A port that never falls silent leaves the polling thread after so many batches, so that other sockets get their turn.
    private const int BatchesInARow = 8;
    private const int SweepsPerIdleTime = 4;

    private readonly UdpSocket _socket;
    private readonly OwnedTasks _tasks;
    private readonly Func<UdpAddress, bool> _isOwn;
    private readonly AcceptLoop _loop;
    private readonly HashSet<UdpRoute> _touched = [];
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _tunnelId;
    private volatile UdpRoutes _routes;

    private UdpPort(UdpSocket socket, TunnelLink link, UdpShared shared, OwnedTasks tasks, Func<UdpAddress, bool> isOwn)
    {
        _socket = socket;
        _tasks = tasks;
        _isOwn = isOwn;
        _loop = new AcceptLoop(ReceiveAsync, failure => shared.Logger.AcceptLoopFailed(socket.Bound.Port, failure), shared.Time);
        Shared = shared;
        Visitors = new UdpVisitors(shared.Options, shared.Time.TimestampFrequency, address => shared.Proven.Contains(socket.Bound.Port, address));
        _routes = new UdpRoutes(this, link, shared, tasks);
        link.CountDatagramsIn(shared.Count);
        _tunnelId = link.TunnelId;
        Bandwidth = shared.Gate.EnterBandwidth(link.TunnelId, link.AccountId);
    }

    /// <summary>What all ports share.</summary>
    public UdpShared Shared { get; }

    /// <summary>How fast the tunnel's datagrams may pass; null for no limit.</summary>
    public BandwidthPair? Bandwidth { get; }

    /// <summary>The socket, for an edge that takes over.</summary>
    public Socket Socket => _socket.Socket;

    /// <summary>The visitors now.</summary>
    public UdpVisitors Visitors { get; }

    /// <summary>Binds the port; receives from <see cref="Resume"/> on.</summary>
    /// <param name="address">The address to bind.</param>
    /// <param name="port">The port.</param>
    /// <param name="inherited">The socket that an earlier edge has bound to it, if one did.</param>
    /// <param name="link">Whose it is.</param>
    /// <param name="shared">What all ports share.</param>
    /// <param name="tasks">Owns the loops.</param>
    /// <param name="isOwn">Whether an address is a UDP port of this edge: a datagram from there was forged to make two tunnels answer each other for ever.</param>
    /// <exception cref="SocketException">The port is in use, or may not be bound.</exception>
    public static UdpPort Open(IPAddress address, int port, Socket? inherited, TunnelLink link, UdpShared shared, OwnedTasks tasks, Func<UdpAddress, bool> isOwn)
    {
        var opened = new UdpPort(UdpSocket.Open(address, port, inherited), link, shared, tasks, isOwn);
        tasks.TryRun(opened.SweepAsync);
        return opened;
    }

    /// <summary>Whether nobody has the port now.</summary>
    public static bool IsFree(IPAddress address, int port)
    {
        try
        {
            UdpSocket.Bind(address, port).Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Datagrams from now on go to this link; the visitors keep their numbers and what is known of them.</summary>
    public void Retarget(TunnelLink link)
    {
        var before = _routes;
        _routes = new UdpRoutes(this, link, Shared, _tasks);
        before.Complete();
    }

    /// <summary>Receives.</summary>
    public void Resume() => _loop.Start();

    /// <summary>Receives no more until <see cref="Resume"/>: datagrams wait in the kernel's queue. Answers still go out.</summary>
    public Task HoldAsync() => _loop.HoldAsync();

    /// <summary>Closes the port.</summary>
    public void Stop()
    {
        _loop.End();
        _end.TrySetResult();
        _routes.Complete();
        foreach (var visitor in Visitors.RemoveAll())
        {
            visitor.MoveTo(null);
            visitor.Conclude();
        }

        _socket.Dispose();
        Shared.Gate.LeaveBandwidth(_tunnelId);
    }

    /// <summary>Sends answers to visitors; what does not go is dropped and counted. From any thread.</summary>
    public void Send(UdpSendBatch batch, TunnelLink link)
    {
        try
        {
            for (var next = 0; next < batch.Count;)
            {
                var sent = _socket.Send(batch, next, out var error);
                for (var i = next; i < next + sent; i++)
                {
                    link.Bytes.AddToSocket(batch[i].Length);
                }

                link.Datagrams.AddToSocket(sent);
                next += sent;
                if (sent == 0)
                {
                    // One datagram that cannot go holds up no other.
                    link.Datagrams.AddDropped(ToDrop(error));
                    next++;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // The port was closed while answers were on their way.
            link.Datagrams.AddDropped(DatagramDrop.Refused, batch.Count);
        }
    }

    private static DatagramDrop ToDrop(SocketError error) => error switch
    {
        SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable => DatagramDrop.SocketFull,
        SocketError.MessageSize => DatagramDrop.TooLarge,
        _ => DatagramDrop.Refused,
    };

    private async Task ReceiveAsync(CancellationToken held)
    {
        while (!held.IsCancellationRequested)
        {
            try
            {
                await _socket.WaitAsync(held);
                await DrainAsync(held);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException && held.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException error)
            {
                Shared.Logger.ReceiveFailed(_socket.Bound.Port, error.Message);
            }
        }
    }

    private async Task DrainAsync(CancellationToken held)
    {
        var batch = Shared.ReceiveBatches.Rent();
        try
        {
            var inARow = 0;
            while (!held.IsCancellationRequested && _socket.Receive(batch) is > 0 and var count)
            {
                Pass(batch, count);
                if (++inARow == BatchesInARow)
                {
                    await SocketCompletions.LeaveThreadAsync();
                    inARow = 0;
                }
            }
        }
        finally
        {
            Shared.ReceiveBatches.Return(batch);
        }
    }

    // Each datagram goes to the way of its visitor; the ways send together what came together.
    private void Pass(UdpReceiveBatch batch, int count)
    {
        var routes = _routes;
        var now = Shared.Time.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var payload = batch.Payload(i);
            var source = batch.Source(i);
            if (!source.CanBeVisitor || (source.Bits == batch.Local(i) && _isOwn(source)))
            {
                routes.Link.Datagrams.AddDropped(DatagramDrop.BadSource);
                continue;
            }

            if (routes.Link.Policy.Current?.Admits(PolicyRequest.Plain(source.ToEndPoint().Address)) == false)
            {
                // No visitor is remembered for it.
                routes.Link.Datagrams.AddDropped(DatagramDrop.PolicyRefused);
                continue;
            }

            if (Bandwidth?.FromVisitor?.TryTake(payload.Length) == false)
            {
                routes.Link.Datagrams.AddDropped(DatagramDrop.OverBandwidth);
                continue;
            }

            if (routes.Link.Quota is { IsStopped: true })
            {
                // No visitor is remembered for it.
                routes.Link.Datagrams.AddDropped(DatagramDrop.OverQuota);
                continue;
            }

            var visitor = Visitors.Arrive(source, batch.Local(i), payload.Length, now, out var pushedOut);
            pushedOut?.Leave();
            if (RouteOf(visitor, routes) is { } route)
            {
                if (WhyNot(route.Link, payload.Length) is { } drop)
                {
                    route.Link.Datagrams.AddDropped(drop);
                    continue;
                }

                if (visitor.Connection is null)
                {
                    Introduce(visitor);
                }

                visitor.Connection?.Bytes?.AddFromSocket(payload.Length);
                route.Link.Bytes.AddFromSocket(payload.Length);
                route.Link.Datagrams.AddFromSocket(1);
                route.Datagrams.Send(visitor, payload);
                _touched.Add(route);
            }
            else
            {
                routes.Link.Datagrams.AddDropped(DatagramDrop.Behind);
            }
        }

        foreach (var route in _touched)
        {
            route.Datagrams.Flush();
        }

        _touched.Clear();
    }

    private void Introduce(UdpVisitor visitor)
    {
        var connection = Shared.Gate.Connections.Enter(_tunnelId, TunnelProto.Udp, ConnectionEnds.Plain(visitor.Source.ToEndPoint()));
        connection.Bytes = new ByteCount();

        // Whoever ends it takes the visitor out of the table: its next datagram comes from a new one.
        connection.OnEnd(() =>
        {
            if (Visitors.Remove(visitor))
            {
                visitor.Leave();
            }
        });
        visitor.Introduce(connection);
        if (_end.Task.IsCompleted)
        {
            // The port was closed meanwhile, and has concluded with those whom it knew by then.
            visitor.Conclude();
        }
    }

    private static DatagramDrop? WhyNot(TunnelLink link, int bytes) =>
        link.Quota is not { } quota ? null
        : quota.IsStopped ? DatagramDrop.OverQuota
        : quota.TryPass(bytes, toVisitor: false) ? null
        : DatagramDrop.OverBandwidth;

    private static UdpRoute? RouteOf(UdpVisitor visitor, UdpRoutes routes)
    {
        // Kept while it works, so that the order of a visitor's datagrams is kept when a further carrier comes.
        if (visitor.Route is { IsUsable: true } route && route.Owner == routes)
        {
            return route;
        }

        var chosen = routes.Choose(visitor);
        visitor.MoveTo(chosen);
        return chosen;
    }

    private async Task SweepAsync()
    {
        while (true)
        {
            using var pause = new CancellationTokenSource();
            await Task.WhenAny(_end.Task, Task.Delay(Shared.Options.Idle / SweepsPerIdleTime, Shared.Time, pause.Token));
            await pause.CancelAsync();
            if (_end.Task.IsCompleted)
            {
                return;
            }

            foreach (var visitor in Visitors.RemoveIdle(Shared.Time.GetTimestamp()))
            {
                visitor.Leave();
            }
        }
    }
}
