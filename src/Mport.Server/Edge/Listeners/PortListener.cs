using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Mport.Protocol.Relay;
using Mport.Protocol.Transport;
using Mport.Server.Edge.Proxies;
using Mport.Server.Hosting;

namespace Mport.Server.Edge.Listeners;

/// <summary>
/// One port of the edge: accepts, finds out in a task of each connection's own what it is, and hands it to Kestrel, to the carriers or to nobody.
/// To Kestrel it is the listener of an endpoint.
/// </summary>
internal sealed class PortListener : IConnectionListener
{
    // Connections that Kestrel has not taken yet; its accept loop takes them at once, so this only has to cover a busy moment.
    private const int HandOverPlaces = 512;

    private readonly Socket _listening;
    private readonly IConnectionSorter _sorter;
    private readonly WaitingRoom _room;
    private readonly ICarrierAcceptor _carriers;
    private readonly IPassthroughAcceptor _passthrough;
    private readonly ProxyHeaderGate _gate;
    private readonly SocketConnectionContextFactory _contexts;
    private readonly ListenersMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly PortLimits _limits;
    private readonly Channel<Arrived> _toKestrel = Channel.CreateBounded<Arrived>(HandOverPlaces);
    private readonly OwnedTasks _serving;
    private readonly CancellationTokenSource _accepting = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly ConnectionCount _kestrels = new();
    private readonly AcceptLoop _loop;
    private volatile bool _waits;

    public PortListener(
        Socket listening,
        IConnectionSorter sorter,
        WaitingRoom room,
        PortLimits limits,
        ICarrierAcceptor carriers,
        IPassthroughAcceptor passthrough,
        ProxyHeaderGate gate,
        SocketConnectionContextFactory contexts,
        ListenersMetrics metrics,
        ILogger logger,
        TimeProvider time)
    {
        _listening = listening;
        _sorter = sorter;
        _room = room;
        _limits = limits;
        _carriers = carriers;
        _passthrough = passthrough;
        _gate = gate;
        _contexts = contexts;
        _metrics = metrics;
        _logger = logger;
        _time = time;
        var endPoint = listening.LocalEndPoint ?? throw new InvalidOperationException("The socket is not bound.");
        EndPoint = endPoint;
        _serving = new OwnedTasks(failure => logger.ConnectionFailed(endPoint, failure));
        _loop = new AcceptLoop(RunAcceptLoopAsync, failure => logger.AcceptLoopFailed(endPoint, failure), time);
    }

    /// <summary>The socket, for an edge that takes over.</summary>
    public Socket Listening => _listening;

    /// <inheritdoc />
    public EndPoint EndPoint { get; }

    /// <summary>Makes <see cref="Start"/> wait for <see cref="Resume"/>: the edge before this one accepts on the same socket until then.</summary>
    public void StartLater() => _waits = true;

    /// <summary>Begins to accept. Call once.</summary>
    public void Start()
    {
        _logger.Listening(EndPoint, _sorter.Kind);
        if (!_waits)
        {
            _loop.Start();
        }
    }

    /// <summary>Accepts.</summary>
    public void Resume() => _loop.Start();

    /// <summary>Accepts no more until <see cref="Resume"/>; what was accepted goes on, and what comes waits in the kernel's queue.</summary>
    public Task HoldAsync() => _loop.HoldAsync();

    /// <summary>Connections that Kestrel has.</summary>
    public int Connections => _kestrels.Count;

    /// <summary>Closes this process's descriptor; what was accepted goes on. Completes when Kestrel has no connection any more.</summary>
    public async Task LetGoAsync()
    {
        _loop.End();
        await _loop.HoldAsync();
        _listening.Dispose();
        await _serving.CloseAsync();
        await _kestrels.WhenEmptyAsync();
    }

    /// <inheritdoc />
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _toKestrel.Reader.WaitToReadAsync(cancellationToken))
        {
            while (_toKestrel.Reader.TryRead(out var arrived))
            {
                try
                {
                    var context = _contexts.Create(arrived.Socket);
                    context.RemoteEndPoint = arrived.Ends.Remote;
                    context.LocalEndPoint = arrived.Ends.Public ?? context.LocalEndPoint;
                    var address = AddressBlock.Of(arrived.Ends.Remote.Address);
                    context.ConnectionClosed.UnsafeRegister(_ => Left(address), state: null);
                    return context;
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    Left(AddressBlock.Of(arrived.Ends.Remote.Address));
                    arrived.Socket.Dispose();
                }
            }
        }

        return null;
    }

    /// <summary>Stops accepting. Carriers go on.</summary>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _accepting.CancelAsync();
        _loop.End();
        await _loop.HoldAsync();
        _listening.Dispose();
        _toKestrel.Writer.TryComplete();
    }

    /// <summary>Stops accepting. Kestrel calls this once its own connections have ended; carriers may have streams to finish, so they go on.</summary>
    public ValueTask DisposeAsync() => UnbindAsync();

    /// <summary>Ends what is left: carriers, and what Kestrel did not take.</summary>
    public async ValueTask CloseAsync()
    {
        await UnbindAsync();
        await _closed.CancelAsync();
        await _serving.CloseAsync();
        while (_toKestrel.Reader.TryRead(out var arrived))
        {
            arrived.Socket.Dispose();
        }
    }

    private async Task RunAcceptLoopAsync(CancellationToken held)
    {
        try
        {
            var backoff = new AcceptBackoff();
            while (!held.IsCancellationRequested)
            {
                await AcceptOneAsync(backoff, held);
            }
        }
        catch (Exception e) when (held.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The port is held or unbound.
        }
    }

    private async ValueTask AcceptOneAsync(AcceptBackoff backoff, CancellationToken held)
    {
        try
        {
            var socket = await _listening.AcceptAsync(held);
            _metrics.Accepted(_sorter.Kind);
            if (backoff.Succeeded())
            {
                _logger.AcceptWorksAgain(EndPoint);
            }

            if (!_limits.Rate.TryAccept() || !(IsProxy(socket) || _limits.Rates.TryAccept(AddressBlock.Of(socket))))
            {
                _metrics.Refused(_sorter.Kind, "too_fast");
                SocketRelay.CloseWithReset(socket);
            }
            else if (!_serving.TryRun(() => ServeAsync(socket)))
            {
                socket.Dispose();
            }
        }
        catch (SocketException e) when (!held.IsCancellationRequested)
        {
            var failingBefore = backoff.IsFailing;
            var pause = backoff.Failed(e.SocketErrorCode);
            if (backoff.IsFailing && !failingBefore)
            {
                _logger.AcceptFails(EndPoint, e);
            }

            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, _time, held);
            }
        }
    }

    private bool IsProxy(Socket socket) => ConnectionEnds.Of(socket) is { } ends && (_gate.Expects(ends) || _limits.Proxies.Contains(ends.Address));

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            var (destination, ends, serverName) = await SortAsync(socket);
            if (destination is Destination.Http && ends is not null)
            {
                await HandOverAsync(new Arrived(socket, ends));
            }
            else if (destination is Destination.Carrier && ends is not null)
            {
                await _carriers.AcceptAsync(socket, ends, _closed.Token);
            }
            else if (destination is Destination.Passthrough && ends is not null && serverName is not null)
            {
                await _passthrough.AcceptAsync(socket, ends, serverName);
            }
            else
            {
                socket.Dispose();
            }
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (e is not (OperationCanceledException or ChannelClosedException))
            {
                throw;
            }
        }
    }

    private async ValueTask HandOverAsync(Arrived arrived)
    {
        var address = AddressBlock.Of(arrived.Ends.Remote.Address);
        if (!_limits.Http.TryEnter(address))
        {
            _metrics.Refused(_sorter.Kind, "too_many");
            SocketRelay.CloseWithReset(arrived.Socket);
            return;
        }

        _kestrels.Enter();
        try
        {
            await _toKestrel.Writer.WriteAsync(arrived, _closed.Token);
        }
        catch
        {
            Left(address);
            throw;
        }
    }

    private void Left(AddressBlock address)
    {
        _kestrels.Leave();
        _limits.Http.Leave(address);
    }

    private async ValueTask<(Destination Destination, ConnectionEnds? Ends, string? ServerName)> SortAsync(Socket socket)
    {
        using var deadline = new CancellationTokenSource(_sorter.Deadline, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _accepting.Token);
        WaitingRoom.Seat? seat = null;
        try
        {
            // In the order of arrival.
            if (ConnectionEnds.Of(socket) is not { } ends)
            {
                return (Destination.Nowhere, null, null);
            }

            seat = _room.Enter(socket, ends.Address);
            // From here on away from the accept loop's thread: a TLS handshake's arithmetic must not delay the next accept.
            await Task.Yield();
            SocketTuning.Apply(socket);
            if (_gate.Expects(ends))
            {
                if (await _gate.ReadAsync(socket, ends, either.Token) is not { } told || !_room.TryLeave(seat))
                {
                    return (Destination.Nowhere, null, null);
                }

                // From here on it counts as the visitor's, not as one of the proxy's many.
                seat = null;
                ends = told;
                if (!_limits.Rates.TryAccept(AddressBlock.Of(ends.Address)))
                {
                    _metrics.Refused(_sorter.Kind, "too_fast");
                    return (Destination.Nowhere, null, null);
                }

                seat = _room.Enter(socket, ends.Address);
            }

            var sorted = await _sorter.SortAsync(socket, either.Token);
            if (sorted.Destination is Destination.Nowhere)
            {
                _metrics.Refused(_sorter.Kind, "wrong_protocol");
                _logger.ConnectionRefused(EndPoint, "it did not speak the protocol of this port");
                if (!sorted.Answer.IsEmpty)
                {
                    await PlainAnswer.SendAsync(socket, sorted.Answer, either.Token);
                }
            }

            var stayed = _room.TryLeave(seat);
            seat = null;
            return (stayed ? sorted.Destination : Destination.Nowhere, ends, sorted.ServerName);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            _metrics.Refused(_sorter.Kind, deadline.IsCancellationRequested ? "silent" : "evicted");
            _logger.ConnectionRefused(EndPoint, deadline.IsCancellationRequested ? "it said nothing in time" : "it ended or was closed to make room");
            return (Destination.Nowhere, null, null);
        }
        finally
        {
            if (seat is not null)
            {
                _room.TryLeave(seat);
            }
        }
    }

    /// <summary>A connection that goes to Kestrel.</summary>
    private readonly record struct Arrived(Socket Socket, ConnectionEnds Ends);
}
