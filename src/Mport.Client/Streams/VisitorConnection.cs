using System.Net.Sockets;
using Mport.Client.Sessions;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Relay;
using Mport.Protocol.Streams;

namespace Mport.Client.Streams;

/// <summary>Serves a visitor's stream from its prelude to its end: the tunnel, the target, the answer, the relay.</summary>
/// <param name="table">The session's tunnel numbers.</param>
/// <param name="context">What all parts of the engine share.</param>
internal sealed class VisitorConnection(SessionTunnels table, EngineContext context)
{
    private static readonly TimeSpan PreludeLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan NumberLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenForbidden = TimeSpan.FromSeconds(1);

    private readonly TargetDialer _dialer = new(context);
    private readonly StreamRefusal _refusal = new(context.Time);
    private readonly RateGate _forbidden = new(BetweenForbidden, context.Time);

    /// <summary>Serves one stream. Owns it from here on.</summary>
    public async Task ServeAsync(CarrierStream stream, CancellationToken closing)
    {
        try
        {
            var prelude = await ReadPreludeAsync(stream, closing);
            var (known, tunnel) = await table.FindAsync(prelude.Tunnel, NumberLimit, context.Time, closing);
            if (tunnel is null)
            {
                await ForbidAsync(stream, prelude.Tunnel, known, closing);
                return;
            }

            await ServeAsync(stream, tunnel, prelude, closing);
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

    private async Task<StreamPrelude> ReadPreludeAsync(CarrierStream stream, CancellationToken closing)
    {
        using var late = new CancellationTokenSource(PreludeLimit, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, closing);
        return await StreamPrelude.ReadAsync(stream, either.Token);
    }

    private async Task ServeAsync(CarrierStream stream, HostedTunnel tunnel, StreamPrelude prelude, CancellationToken closing)
    {
        var number = context.NextConnection();
        var began = context.Time.GetTimestamp();
        var bytes = new ByteCount(tunnel.Bytes);
        var failure = Failure.Of(ProtocolErrors.StreamReset, "The visitor or the session went away before the target had answered.");
        tunnel.CountOpened();
        context.Tell(new ConnectionOpened(number, tunnel.Spec, prelude.Visitor));
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
            context.Tell(new ConnectionClosed(
                number, tunnel.Spec, bytes.ToSocket, bytes.FromSocket, context.Time.GetElapsedTime(began), failure));
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

        var options = new RelayOptions { HalfClosedTimeout = context.Options.HalfClosedTimeout, Count = bytes, Preface = header };
        return await SocketRelay.RunAsync(socket, stream, options, context.Time) switch
        {
            RelayResult.Completed => null,
            RelayResult.SocketReset => Failure.Of(ProtocolErrors.StreamReset, "The target reset the connection."),
            RelayResult.StreamReset => Failure.Of(ProtocolErrors.StreamReset, "The visitor reset the connection, or the session ended."),
            RelayResult.HalfClosedTimeout => Failure.Of(
                ProtocolErrors.StreamReset,
                $"One direction had ended, and the other carried nothing for {context.Options.HalfClosedTimeout.TotalSeconds:0} s."),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private Failure TellTargetDown(HostedTunnel tunnel, Failure failure)
    {
        if (tunnel.MayTellTargetDown())
        {
            context.Tell(new TargetDown(tunnel.Spec, failure));
        }

        return failure;
    }

    private Task ForbidAsync(CarrierStream stream, int number, bool known, CancellationToken closing)
    {
        // The client connects only to targets of its own configuration, whatever the edge asks for (SEC-26).
        var what = known ? "The tunnel is closed." : $"The edge asked for tunnel number {number}, which this client does not have.";
        if (!known && _forbidden.TryPass())
        {
            context.Tell(new StreamForbidden(number, Failure.Of(ConnectionErrors.TargetForbidden, what)));
        }

        return _refusal.SendAsync(stream, new StreamAnswer(StreamStatus.Forbidden, what), closing);
    }
}
