using System.Net.Sockets;

namespace Mport.Server.Tunnels;

/// <summary>The public ports of one protocol, as the opener of tunnels uses them. Thread-safe.</summary>
internal interface ITunnelPorts
{
    /// <summary>Whether nobody, this edge included, has the port.</summary>
    bool IsFree(int port);

    /// <summary>Listens for a tunnel. When the port is open already, it is the same tunnel's, and its visitors go to this link from now on.</summary>
    /// <exception cref="SocketException">The port is in use, or may not be bound.</exception>
    void Open(int port, TunnelLink link);

    /// <summary>Listens no more for the link. Does nothing when another link has the port. Visitors that are in go on.</summary>
    void Close(int port, TunnelLink link);
}
