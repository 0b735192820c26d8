using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Errors;

namespace Mport.Server.Hosting.Commands;

/// <summary>Tries to listen on the edge's ports, one after the other.</summary>
internal static class PortCheck
{
    private const string Subject = "ports";

    /// <summary>The results: one for each listening port, one for the range of TCP tunnels.</summary>
    public static IEnumerable<CheckLine> Run(EdgeSettings settings)
    {
        yield return CheckOne(settings.Listen, settings.HttpPort, "HTTP");
        yield return CheckOne(settings.Listen, settings.TlsPort, "TLS");

        var range = settings.TcpPorts;
        var taken = Enumerable.Range(range.First, range.Count).Where(port => TryListen(settings.Listen, port) is not null).ToList();
        yield return taken.Count == 0 ? new(EdgeCheck.Ok, Subject, $"TCP tunnels {range}: free")
            : new(
                taken.Count == range.Count ? EdgeCheck.Fail : EdgeCheck.Warn,
                Subject,
                $"TCP tunnels {range}: {taken.Count} of {range.Count} cannot be used, such as {taken[0]}; the edge leaves them out");
    }

    private static CheckLine CheckOne(IPAddress address, int port, string name) => TryListen(address, port) switch
    {
        null => new(EdgeCheck.Ok, Subject, port == 0 ? $"{name}: the system will choose one" : $"{name} {port}: free"),
        SocketError.AccessDenied => new(EdgeCheck.Fail, Subject, Failure.Of(EdgeErrors.PortForbidden, $"Port {port} ({name}) may not be bound.").ToString()),
        SocketError.AddressAlreadyInUse => new(EdgeCheck.Fail, Subject, Failure.Of(EdgeErrors.PortInUse, $"Port {port} ({name}) is in use.").ToString()),
        { } other => new(EdgeCheck.Fail, Subject, $"{name} {port}: cannot listen on {address}: {other}"),
    };

    private static SocketError? TryListen(IPAddress address, int port)
    {
        var all = address.Equals(IPAddress.IPv6Any);
        var local = all && !Socket.OSSupportsIPv6 ? IPAddress.Any : address;
        try
        {
            using var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (all && local.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = true;
            }

            socket.Bind(new IPEndPoint(local, port));
            socket.Listen(1);
            return null;
        }
        catch (SocketException failed)
        {
            return failed.SocketErrorCode;
        }
    }
}
