using System.Net;
using System.Net.Sockets;

namespace Mport.Demo;

/// <summary>The ports of the demo's edge, and what to tell the user about them.</summary>
internal sealed record EdgePorts(int Http, int Tls, IReadOnlyList<string> Notes)
{
    private const int UsualHttp = 8080;
    private const int UsualTls = 8443;

    /// <summary>The usual ports where they are free, else any.</summary>
    public static EdgePorts Choose()
    {
        List<string> notes = [];
        return new EdgePorts(Choose(UsualHttp, notes), Choose(UsualTls, notes), notes);
    }

    private static int Choose(int usual, List<string> notes)
    {
        if (IsFree(usual))
        {
            return usual;
        }

        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        notes.Add($"Port {usual} is used by another program; this demo uses {port} instead.");
        return port;
    }

    // Both loopback addresses: a program that listens on [::1] alone would get the browser's requests to localhost.
    private static bool IsFree(int port) =>
        CanListen(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || CanListen(IPAddress.IPv6Loopback, port));

    private static bool CanListen(IPAddress address, int port)
    {
        try
        {
            using var probe = new TcpListener(address, port);
            probe.Start();
            return true;
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            return true; // No such address on this machine, so nobody listens on it.
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
