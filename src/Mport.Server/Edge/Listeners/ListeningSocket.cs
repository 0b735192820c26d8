using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Errors;
using Mport.Server.Data;

namespace Mport.Server.Edge.Listeners;

/// <summary>Opens the sockets that the edge's own ports listen on.</summary>
internal static class ListeningSocket
{
    // Kestrel's own number; the kernel cuts it to net.core.somaxconn.
    private const int Backlog = 512;

    /// <summary>Binds and listens; <see cref="IPAddress.IPv6Any"/> takes IPv4 as well. Port 0 lets the system choose.</summary>
    /// <exception cref="EdgeStartException">The port is in use, may not be bound, or the address is not this machine's.</exception>
    public static Socket Open(IPEndPoint endPoint)
    {
        // Where the machine has no IPv6 at all, "all interfaces" means all IPv4 ones.
        var actual = endPoint.Address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6
            ? new IPEndPoint(IPAddress.Any, endPoint.Port)
            : endPoint;
        var socket = new Socket(actual.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (actual.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            // .NET sets SO_REUSEADDR on Unix before it binds, so connections in TIME_WAIT do not hinder a restart.
            socket.Bind(actual);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new EdgeStartException(Describe(actual, e));
        }
    }

    /// <summary>Why an address cannot be listened on.</summary>
    public static Failure Describe(IPEndPoint endPoint, SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => Failure.Of(EdgeErrors.PortInUse, $"Port {endPoint.Port} is in use by another program."),
        SocketError.AccessDenied => Failure.Of(EdgeErrors.PortForbidden, $"Port {endPoint.Port} may not be bound by this user."),
        _ => Failure.Of(EdgeErrors.PortForbidden, $"The edge cannot listen on {endPoint}: {e.Message}."),
    };
}
