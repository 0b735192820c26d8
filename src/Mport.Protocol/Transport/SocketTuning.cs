using System.Net.Sockets;

namespace Mport.Protocol.Transport;

/// <summary>What all four sockets of a visitor's path have in common: carrier at both ends, visitor, target.</summary>
public static class SocketTuning
{
    // From linux/tcp.h; .NET has no names for them.
    private const int IpProtoTcp = 6;
    private const int TcpUserTimeout = 18;
    private const int TcpNotSentLowWater = 25;

    private const int UserTimeoutMilliseconds = 25_000;

    // What may wait in the kernel's send buffer beyond the congestion window: on a slow link, a heartbeat or a small stream waits behind it
    // (128 KiB are a second at 1 Mbit/s), where the kernel by itself would let megabytes pile up.
    private const int NotSentBytes = 128 * 1024;

    // Seconds without traffic until the first keep-alive probe. Of 10,000 connections that began together and then idled, a machine's network queue (1,000
    // packets on loopback) lost most probes, three times over, and a third of them were given up as dead: so they do not all ask in the same second,
    // nor in the same seconds again.
    private const int FirstProbe = 20;
    private const int FirstProbeSpread = 16;
    private const int NextProbe = 8;
    private const int NextProbeSpread = 5;
    private static uint s_sockets;

    /// <summary>
    /// What a carrier's socket has in addition, on Linux: it breaks when data stays unacknowledged for 25 s (a dead path in one direction shows
    /// in no heartbeat of the other), and it queues little.
    /// </summary>
    /// <exception cref="SocketException">The socket is closed already.</exception>
    public static void ApplyToCarrier(Socket socket)
    {
        Apply(socket);
        if (OperatingSystem.IsLinux())
        {
            SetTcpOption(socket, TcpUserTimeout, UserTimeoutMilliseconds);
            SetTcpOption(socket, TcpNotSentLowWater, NotSentBytes);
        }
    }

    /// <summary>
    /// Sets TCP_NODELAY and keep-alive: first probe after 20 to 35 s without traffic, then every 8 to 12 s, dead after 3 (an hour of silence by default would
    /// keep dead visitors for two).
    /// </summary>
    /// <exception cref="SocketException">The socket is closed already.</exception>
    public static void Apply(Socket socket)
    {
        var number = Interlocked.Increment(ref s_sockets);
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, FirstProbe + (int)(number % FirstProbeSpread));
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, NextProbe + (int)(number % NextProbeSpread));
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    private static void SetTcpOption(Socket socket, int option, int value) =>
        socket.SetRawSocketOption(IpProtoTcp, option, BitConverter.GetBytes(value));
}
