using System.Net;
using System.Net.Sockets;

namespace Mport.Server.Edge.Proxies;

/// <summary>
/// Who a connection is from and which address that one reached: the socket's own ends, or what a trusted proxy in front says. Every cap, log and
/// header uses these; the socket's own addresses are only for deciding whether the peer is such a proxy.
/// </summary>
/// <param name="Remote">Who it is from.</param>
/// <param name="Public">What was reached; null where nobody knows.</param>
internal sealed record ConnectionEnds(IPEndPoint Remote, IPEndPoint? Public)
{
    /// <summary>Who it is from.</summary>
    public IPAddress Address => Remote.Address;

    /// <summary>The socket's own ends; IPv4 addresses as such, whatever the listener's family. Null when the connection is gone already.</summary>
    public static ConnectionEnds? Of(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint is IPEndPoint remote ? new ConnectionEnds(Plain(remote), socket.LocalEndPoint is IPEndPoint local ? Plain(local) : null) : null;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>An IPv4 address mapped into IPv6 as what it is.</summary>
    public static IPEndPoint Plain(IPEndPoint endPoint) =>
        endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;
}
