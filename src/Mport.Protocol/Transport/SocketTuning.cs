using System.Net.Sockets;

namespace Mport.Protocol.Transport;

/// <summary>What all four sockets of a visitor's path have in common: carrier at both ends, visitor, target.</summary>
public static class SocketTuning
{
    /// <summary>Sets TCP_NODELAY and keep-alive: first probe after 30 s without traffic, then every 10 s, dead after 3 (an hour of silence by default would keep dead visitors for two).</summary>
    /// <exception cref="SocketException">The socket is closed already.</exception>
    public static void Apply(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }
}
