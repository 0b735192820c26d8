using System.Net.Sockets;
using Mport.Client.Datagrams;
using Mport.Client.Sessions;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Relay;
using Mport.Protocol.Streams;

namespace Mport.Client.Streams;

/// <summary>Serves a visitor's stream from its prelude to its end: the tunnel, the target, the answer, the relay.</summary>
internal sealed class VisitorConnection
{
    private static readonly TimeSpan PreludeLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan NumberLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenForbidden = TimeSpan.FromSeconds(1);

    private readonly SessionTunnels _table;
    private readonly EngineContext _context;
    private readonly TargetDialer _dialer;
    private readonly StreamRefusal _refusal;
    private readonly DatagramConnection _datagrams;
    private readonly RateGate _forbidden;

    /// <summary>Makes what serves a session's streams.</summary>
    /// <param name="table">The session's tunnel numbers.</param>
    /// <param name="context">What all parts of the engine share.</param>
    public VisitorConnection(SessionTunnels table, EngineContext context)
    {
        _table = table;
        _context = context;
        _dialer = new TargetDialer(context);
        _refusal = new StreamRefusal(context.Time);
        _datagrams = new DatagramConnection(_dialer, _refusal, context);
        _forbidden = new RateGate(BetweenForbidden, context.Time);
    }

    /// <summary>Serves one stream. Owns it from here on.</summary>
    public async Task ServeAsync(CarrierStream stream, CancellationToken closing)
    {
        try
        {
            var prelude = await ReadPreludeAsync(stream, closing);
            var (known, tunnel) = await _table.FindAsync(prelude.Tunnel, NumberLimit, _context.Time, closing);
            if (tunnel is null || !Carries(tunnel.Spec.Kind, prelude.Kind))
            {
                await ForbidAsync(stream, prelude.Tunnel, known, closing);
                return;
            }

            await (prelude.Kind == StreamKind.Udp ? _datagrams.ServeAsync(stream, tunnel, closing) : ServeAsync(stream, tunnel, prelude, closing));
        }
        catch (Exception over) when (over is StreamException or OperationCanceledException)
        {
            // The visitor or the session went away before the stream was joined to a target.
            stream.Reset();
        }
        catch
        {
            stream.Reset();
            throw;
        }
    }

    // The client passes on what its own configuration says, whatever the edge asks for (SEC-26).
    private static bool Carries(TunnelKind tunnel, StreamKind stream) => tunnel switch
    {
        TunnelKind.Udp => stream == StreamKind.Udp,
        TunnelKind.TcpUdp => stream is StreamKind.Tcp or StreamKind.Udp,
        _ => stream != StreamKind.Udp,
    };

    private async Task<StreamPrelude> ReadPreludeAsync(CarrierStream stream, CancellationToken closing)
    {
        using var late = new CancellationTokenSource(PreludeLimit, _context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, closing);
        return await StreamPrelude.ReadAsync(stream, either.Token);
    }

    private async Task ServeAsync(CarrierStream stream, HostedTunnel tunnel, StreamPrelude prelude, CancellationToken closing)
    {
        var number = _context.NextConnection();
        var began = _context.Time.GetTimestamp();
        var bytes = new ByteCount(tunnel.Bytes);
        var failure = Failure.Of(ProtocolErrors.StreamReset, "The visitor or the session went away before the target had answered.");
        tunnel.CountOpened();
        _context.Tell(new ConnectionOpened(number, tunnel.Spec, prelude.Visitor));
        TargetDial dial = default;
        try
        {
            // Step 6: the client, and it alone, decides which target the stream is joined to.
            dial = await _dialer.DialAsync(tunnel.Spec.Target, closing);
            failure = dial.Socket is { } socket
                ? await RelayAsync(socket, stream, VisitorHeader.Of(tunnel.Spec.ProxyProtocol, prelude), bytes, closing)
                : TellTargetDown(tunnel, dial.Answer.ToFailure());
        }
        finally
        {
            tunnel.CountClosed();
            _context.Tell(new ConnectionClosed(
                number, tunnel.Spec, bytes.ToSocket, bytes.FromSocket, _context.Time.GetElapsedTime(began), failure));
        }

        if (dial.Socket is null)
        {
            await _refusal.SendAsync(stream, dial.Answer, closing);
        }
    }

    private async Task<Failure?> RelayAsync(Socket socket, CarrierStream stream, byte[] header, ByteCount bytes, CancellationToken closing)
    {
        try
        {
            await stream.WriteAsync(StreamAnswer.Connected.ToBytes(), closing);
        }
        catch
        {
            // The target must not take this for an orderly end (REL-53).
            SocketRelay.CloseWithReset(socket);
            throw;
        }

        var options = new RelayOptions { HalfClosedTimeout = _context.Options.HalfClosedTimeout, Count = bytes, Preface = header };
        return await SocketRelay.RunAsync(socket, stream, options, _context.Time) switch
        {
            RelayResult.Completed => null,
            RelayResult.SocketReset => Failure.Of(ProtocolErrors.StreamReset, "The target reset the connection."),
            RelayResult.StreamReset => Failure.Of(ProtocolErrors.StreamReset, "The visitor reset the connection, or the session ended."),
            RelayResult.HalfClosedTimeout => Failure.Of(
                ProtocolErrors.StreamReset,
                $"One direction had ended, and the other carried nothing for {_context.Options.HalfClosedTimeout.TotalSeconds:0} s."),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private Failure TellTargetDown(HostedTunnel tunnel, Failure failure)
    {
        if (tunnel.MayTellTargetDown())
        {
            _context.Tell(new TargetDown(tunnel.Spec, failure));
        }

        return failure;
    }

    private Task ForbidAsync(CarrierStream stream, int number, bool known, CancellationToken closing)
    {
        // The client connects only to targets of its own configuration, whatever the edge asks for (SEC-26).
        var what = known ? "The tunnel is closed." : $"The edge asked for tunnel number {number}, which this client does not have.";
        if (!known && _forbidden.TryPass())
        {
            _context.Tell(new StreamForbidden(number, Failure.Of(ConnectionErrors.TargetForbidden, what)));
        }

        return _refusal.SendAsync(stream, new StreamAnswer(StreamStatus.Forbidden, what), closing);
    }
}
