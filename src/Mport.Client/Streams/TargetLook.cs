using System.Net;
using System.Net.NetworkInformation;
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
        var target = tunnel.Spec.Target;
        if (TargetDialer.Known(target) is { } addresses && addresses.All(address => IPAddress.IsLoopback(address.Address)))
        {
            if (!IsListening(addresses, tunnel.Spec.Kind))
            {
                Tell(tunnel, new StreamAnswer(StreamStatus.Refused, $"Nothing listens at {target}."));
            }

            return;
        }

        if (tunnel.Spec.Kind == TunnelKind.Udp)
        {
            // Only a datagram would show, and no service expects an empty one.
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

    private static bool IsListening(IReadOnlyList<IPEndPoint> addresses, TunnelKind kind)
    {
        try
        {
            var properties = IPGlobalProperties.GetIPGlobalProperties();
            var listeners = kind == TunnelKind.Udp ? properties.GetActiveUdpListeners() : properties.GetActiveTcpListeners();
            return addresses.Any(address => listeners.Any(listener => listener.Port == address.Port && Takes(listener.Address, address.Address)));
        }
        catch (Exception unreadable) when (unreadable is NetworkInformationException or PlatformNotSupportedException or IOException or UnauthorizedAccessException)
        {
            // A sandbox hides the list. The first visitor will show.
            return true;
        }
    }

    private static bool Takes(IPAddress listener, IPAddress called) =>
        listener.Equals(called)
        || listener.Equals(IPAddress.IPv6Any)
        || (listener.Equals(IPAddress.Any) && called.AddressFamily == listener.AddressFamily)
        || (listener.IsIPv4MappedToIPv6 && listener.MapToIPv4().Equals(called));

    private void Tell(HostedTunnel tunnel, StreamAnswer answer)
    {
        if (tunnel.MayTellTargetDown())
        {
            context.Tell(new TargetDown(tunnel.Spec, answer.ToFailure()));
        }
    }
}
