using System.Net;
using Mport.Protocol.Streams;

namespace Mport.Client.Streams;

/// <summary>
/// Looks whether something listens at a tunnel's target, and tells the user when not. On this machine it reads the system's list of listeners, because a
/// connection would use up a service that takes just one (<c>nc -l</c>); elsewhere it connects once.
/// </summary>
/// <param name="dialer">Connects to targets.</param>
/// <param name="context">What all parts of the engine share.</param>
internal sealed class TargetLook(TargetDialer dialer, EngineContext context)
{
    /// <summary>Looks once.</summary>
    public async Task RunAsync(HostedTunnel tunnel, CancellationToken cancellationToken)
    {
        var (target, kind) = (tunnel.Spec.Target, tunnel.Spec.Kind);
        if (kind.UsesUdp() && LocalListeners.HasUdp(target) == false)
        {
            // Elsewhere nobody can tell: a UDP service need not answer.
            Tell(tunnel, new StreamAnswer(StreamStatus.Refused, $"Nothing listens at {target} for UDP."));
            return;
        }

        if (kind == TunnelKind.Udp)
        {
            return;
        }

        if (TargetDialer.Known(target) is { } addresses && addresses.All(address => IPAddress.IsLoopback(address.Address)))
        {
            if (LocalListeners.HasTcp(target) == false)
            {
                Tell(tunnel, new StreamAnswer(StreamStatus.Refused, $"Nothing listens at {target}."));
            }

            return;
        }

        try
        {
            var (socket, answer) = await dialer.DialAsync(target, cancellationToken);
            socket?.Dispose();
            if (socket is null)
            {
                Tell(tunnel, answer);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over: nobody wants to know any more.
        }
    }

    private void Tell(HostedTunnel tunnel, StreamAnswer answer)
    {
        if (tunnel.MayTellTargetDown())
        {
            context.Tell(new TargetDown(tunnel.Spec, answer.ToFailure()));
        }
    }
}
