using System.Net.Sockets;
using Mport.Client;
using Mport.Protocol.Errors;

namespace Mport.Cli.Running;

/// <summary>Looks whether a target takes connections: for <c>--require-target</c> and <c>mport doctor</c>.</summary>
internal static class TargetCheck
{
    /// <summary>Connects to the target and hangs up. A cancelled look counts as one without an answer.</summary>
    /// <returns>Null when it took the connection, else why not.</returns>
    public static async Task<Failure?> LookAsync(TargetAddress target, TimeSpan limit, TimeProvider time, CancellationToken cancel)
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
