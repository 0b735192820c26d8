using System.Net.Sockets;
using Mport.Client.Streams;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Streams;

namespace Mport.Client.Datagrams;

/// <summary>Serves a datagram stream of a tunnel from its prelude to its end.</summary>
/// <param name="dialer">Looks targets up.</param>
/// <param name="refusal">Tells the edge why not.</param>
/// <param name="context">What all parts of the engine share.</param>
internal sealed class DatagramConnection(TargetDialer dialer, StreamRefusal refusal, EngineContext context)
{
    /// <summary>Serves one stream. Owns it from here on.</summary>
    public async Task ServeAsync(CarrierStream stream, HostedTunnel tunnel, CancellationToken closing)
    {
        var target = tunnel.Spec.Target;
        try
        {
            using var late = new CancellationTokenSource(context.Options.TargetTimeout, context.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, closing);
            context.Datagrams.TargetOf(tunnel).Set(await dialer.ResolveAsync(target, either.Token));
        }
        catch (Exception error) when (error is SocketException or ArgumentException || (error is OperationCanceledException && !closing.IsCancellationRequested))
        {
            var answer = new StreamAnswer(StreamStatus.Unreachable, $"{target} cannot be reached: its name cannot be resolved.");
            if (tunnel.MayTellTargetDown())
            {
                context.Tell(new TargetDown(tunnel.Spec, answer.ToFailure()));
            }

            await refusal.SendAsync(stream, answer, closing);
            return;
        }

        await stream.WriteAsync(StreamAnswer.Connected.ToBytes(), closing);
        await new DatagramPeer(tunnel, context).Stream.RunAsync(stream, beforeReceiving: null, closing);
    }
}
