using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Datagrams;
using Mport.Protocol.Errors;
using Mport.Protocol.ProxyProtocol;
using Mport.Protocol.Relay;
using Mport.Protocol.Transport;

namespace Mport.Client.Datagrams;

/// <summary>
/// One visitor of a UDP tunnel at its target: a connected socket of its own, so that the target tells visitors apart by port and its answers find their
/// visitor. It outlives the session that it began in. While nothing comes from the target, it holds no buffer. Thread-safe.
/// </summary>
internal sealed class DatagramFlow(HostedTunnel tunnel, IPEndPoint visitor, DatagramTarget target, EngineContext context)
{
    // A target that never falls silent leaves the polling thread after so many datagrams, so that other sockets get their turn.
    private const int DatagramsInARow = 64;
    private const int BufferBytes = 64 * 1024;
    private const int SocketBufferBytes = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly ByteCount _bytes = new(tunnel.Bytes);
    private readonly long _number = context.NextConnection();
    private readonly long _began = context.Time.GetTimestamp();
    private DatagramWay? _way;
    private Socket? _socket;
    private IPEndPoint? _address;
    private bool _closed;
    private long _touched = context.Time.GetTimestamp();

    /// <summary>The flow's key in the table of the run.</summary>
    public (HostedTunnel Tunnel, IPEndPoint Visitor) Key => (tunnel, visitor);

    /// <summary>Where its answers go.</summary>
    public DatagramWay? Way => Volatile.Read(ref _way);

    /// <summary>From now on its answers go this way.</summary>
    public void Attach(DatagramWay way) => Volatile.Write(ref _way, way);

    /// <summary>The visitor's first datagram is near: the flow counts and is told of.</summary>
    public void Open()
    {
        tunnel.CountOpened();
        context.Tell(new ConnectionOpened(_number, tunnel.Spec, visitor));
    }

    /// <summary>Passes a datagram to the target; false when the flow is closed.</summary>
    public bool TrySend(ReadOnlySpan<byte> payload)
    {
        try
        {
            if (Connect(out var isFirst) is not { } socket)
            {
                return !Volatile.Read(ref _closed);
            }

            if (isFirst)
            {
                SendFirst(socket, payload);
            }
            else
            {
                Send(socket, payload);
            }

            Touch();
            return true;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Closes the socket; the edge is told to forget the visitor. Does nothing the second time.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            Volatile.Write(ref _closed, true);
        }

        _socket?.Dispose();
        if (Way is { } way)
        {
            way.Peer.Remove(way.Visitor.Number, this);
            way.Stream.Forget(way.Visitor);
        }

        tunnel.CountClosed();
        context.Tell(new ConnectionClosed(
            _number, tunnel.Spec, _bytes.ToSocket, _bytes.FromSocket, context.Time.GetElapsedTime(_began), Failure: null));
    }

    /// <summary>What the target gets first of a visitor: its datagram, behind the header that names the visitor where the tunnel sends one.</summary>
    private void SendFirst(Socket socket, ReadOnlySpan<byte> payload)
    {
        if (tunnel.Spec.ProxyProtocol is null)
        {
            Send(socket, payload);
            return;
        }

        var header = ProxyHeaderV2.Write(ProxyHeader.Of(ProxyTransport.Datagram, visitor, destination: null));
        var whole = new byte[header.Length + payload.Length];
        header.CopyTo(whole, 0);
        payload.CopyTo(whole.AsSpan(header.Length));
        Send(socket, whole);
    }

    private Socket? Connect(out bool isFirst)
    {
        isFirst = false;
        if (Volatile.Read(ref _socket) is { } connected)
        {
            return connected;
        }

        lock (_gate)
        {
            if (_closed || _socket is not null)
            {
                return _closed ? null : _socket;
            }

            if (target.Current is not { } address)
            {
                Drop(DatagramDrop.Refused);
                return null;
            }

            isFirst = true;
            var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                socket.Blocking = false;
                socket.ReceiveBufferSize = SocketBufferBytes;
                socket.SendBufferSize = SocketBufferBytes;

                // For a datagram socket this is a note of the address; nothing is sent.
                socket.Connect(address);
                if (!context.Datagrams.TryRun(() => ReceiveAsync(socket)))
                {
                    throw new SocketException((int)SocketError.TooManyOpenSockets);
                }
            }
            catch (SocketException)
            {
                socket.Dispose();
                throw;
            }

            _address = address;
            Volatile.Write(ref _socket, socket);
            return socket;
        }
    }

    private void Send(Socket socket, ReadOnlySpan<byte> payload)
    {
        // Into the target's socket, without waiting.
        socket.Send(payload, SocketFlags.None, out var error);
        if (error is SocketError.ConnectionRefused)
        {
            // The answer to an earlier datagram, given in place of sending this one.
            Refused();
            socket.Send(payload, SocketFlags.None, out error);
        }

        switch (error)
        {
            case SocketError.Success:
                _bytes.AddToSocket(payload.Length);
                tunnel.Datagrams.AddToSocket(1);
                break;
            case SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable:
                Drop(DatagramDrop.SocketFull);
                break;
            case SocketError.MessageSize:
                Drop(DatagramDrop.TooLarge);
                Tell(Failure.Of(TunnelErrors.DatagramTooLarge, $"A datagram of {payload.Length} bytes is too large for the way to {tunnel.Spec.Target}."));
                break;
            default:
                Drop(DatagramDrop.Refused);
                break;
        }
    }

    private async Task ReceiveAsync(Socket socket)
    {
        while (!Volatile.Read(ref _closed))
        {
            try
            {
                await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, CancellationToken.None);
                await DrainAsync(socket);
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
            {
                Refused();
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.HostUnreachable or SocketError.NetworkUnreachable)
            {
                Drop(DatagramDrop.Refused);
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException)
            {
                context.Datagrams.Remove(this);
                return;
            }
        }
    }

    private async ValueTask DrainAsync(Socket socket)
    {
        var inARow = 0;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (true)
            {
                var length = socket.Receive(buffer.AsSpan(), SocketFlags.None, out var error);
                if (error != SocketError.Success)
                {
                    break;
                }

                Answer(buffer.AsSpan(0, length));
                if (++inARow == DatagramsInARow)
                {
                    Way?.Stream.Flush();
                    await SocketCompletions.LeaveThreadAsync();
                    inARow = 0;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        Way?.Stream.Flush();
    }

    // The target's answer goes back on the stream, under the visitor's number.
    private void Answer(ReadOnlySpan<byte> payload)
    {
        _bytes.AddFromSocket(payload.Length);
        tunnel.Datagrams.AddFromSocket(1);
        if (_address is { } address)
        {
            target.Answered(address);
        }

        if (Way is { } way)
        {
            way.Stream.Send(way.Visitor, payload);
        }

        Touch();
    }

    // The table is told at most once a second: its order need not be finer, and it is everybody's.
    private void Touch()
    {
        var now = context.Time.GetTimestamp();
        if (now - Volatile.Read(ref _touched) >= context.Time.TimestampFrequency)
        {
            Volatile.Write(ref _touched, now);
            context.Datagrams.Use(this, now);
        }
    }

    private void Refused()
    {
        Drop(DatagramDrop.Refused);
        Tell(Failure.Of(ConnectionErrors.TargetRefused, $"{tunnel.Spec.Target} refuses datagrams: nothing listens there."));
        if (_address is { } address && target.Refused(address))
        {
            // The visitor's next datagram gets a new flow, to the next address.
            context.Datagrams.Remove(this);
        }
    }

    private void Drop(DatagramDrop reason) => tunnel.Datagrams.AddDropped(reason);

    private void Tell(Failure failure)
    {
        if (tunnel.MayTellTargetDown())
        {
            context.Tell(new TargetDown(tunnel.Spec, failure));
        }
    }
}
