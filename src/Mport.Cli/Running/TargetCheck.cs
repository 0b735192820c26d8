using System.Net.Sockets;
using Mport.Client;
using Mport.Protocol.Errors;

namespace Mport.Cli.Running;

/// <summary>Looks whether a target takes connections: for <c>--require-target</c> and <c>mport doctor</c>.</summary>
internal static class TargetCheck
{
    /// <summary>
    /// Connects to the tunnel's target and hangs up; for UDP, asks this machine's list of listeners where the target is on it, and else believes.
    /// A cancelled look counts as one without an answer.
    /// </summary>
    /// <returns>Null when nothing speaks against it, else what does.</returns>
    public static async Task<Failure?> LookAsync(TunnelSpec tunnel, TimeSpan limit, TimeProvider time, CancellationToken cancel) =>
        tunnel.Kind.UsesUdp() && LocalListeners.HasUdp(tunnel.Target) == false
            ? Failure.Of(ConnectionErrors.TargetRefused, $"Nothing listens at {tunnel.Target} for UDP.")
            : tunnel.Kind == TunnelKind.Udp ? null : await ConnectAsync(tunnel.Target, limit, time, cancel);

    private static async Task<Failure?> ConnectAsync(TargetAddress target, TimeSpan limit, TimeProvider time, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(target.Host, target.Port, either.Token);
            return null;
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return Failure.Of(ConnectionErrors.TargetRefused, $"The target {target} refuses connections: nothing listens there.");
        }
        catch (SocketException unreachable) when (unreachable.SocketErrorCode != SocketError.TimedOut)
        {
            return Failure.Of(ConnectionErrors.TargetUnreachable, $"The target {target} cannot be reached: {unreachable.Message}.");
        }
        catch (Exception late) when (late is SocketException or OperationCanceledException)
        {
            return Failure.Of(ConnectionErrors.TargetTimedOut, $"The target {target} did not answer in {limit.TotalSeconds:0} s.");
        }
    }
}
