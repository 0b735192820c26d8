using System.Net.Sockets;
using Mport.Server.Accounts;

namespace Mport.Server.Tunnels;

/// <summary>The public ports of both protocols: a tunnel of kind tcp+udp has the same number in each, or none.</summary>
/// <param name="tcp">The TCP ports.</param>
/// <param name="udp">The UDP ports.</param>
internal sealed class TunnelPorts(ITunnelPorts tcp, ITunnelPorts udp)
{
    /// <summary>The TCP ports that the edge gives.</summary>
    public required PortRange TcpRange { get; init; }

    /// <summary>The UDP ports that the edge gives.</summary>
    public required PortRange UdpRange { get; init; }

    /// <summary>Whether nobody has the TCP port.</summary>
    public bool IsTcpFree(int port) => tcp.IsFree(port);

    /// <summary>Whether nobody has the UDP port.</summary>
    public bool IsUdpFree(int port) => udp.IsFree(port);

    /// <summary>Listens on all ports of the tunnel; where one cannot be had, on none.</summary>
    /// <exception cref="SocketException">A port is in use, or may not be bound.</exception>
    public void Open(TunnelRecord tunnel, TunnelLink link)
    {
        if (tunnel.TcpPort is { } tcpPort)
        {
            tcp.Open(tcpPort, link);
        }

        if (tunnel.UdpPort is { } udpPort)
        {
            try
            {
                udp.Open(udpPort, link);
            }
            catch (SocketException) when (tunnel.TcpPort is not null)
            {
                tcp.Close(udpPort, link);
                throw;
            }
        }
    }

    /// <summary>Listens no more for the link, on any port of the tunnel.</summary>
    public void Close(TunnelRecord tunnel, TunnelLink link) => Close(tunnel.TcpPort, tunnel.UdpPort, link);

    /// <summary>The tunnel has other ports now: listens no more for the link of before on those that it had and has no more.</summary>
    public void CloseAllBut(TunnelRecord now, TunnelRecord before, TunnelLink linkBefore) => Close(
        before.TcpPort == now.TcpPort ? null : before.TcpPort, before.UdpPort == now.UdpPort ? null : before.UdpPort, linkBefore);

    private void Close(int? tcpPort, int? udpPort, TunnelLink link)
    {
        if (tcpPort is { } ofTcp)
        {
            tcp.Close(ofTcp, link);
        }

        if (udpPort is { } ofUdp)
        {
            udp.Close(ofUdp, link);
        }
    }
}
