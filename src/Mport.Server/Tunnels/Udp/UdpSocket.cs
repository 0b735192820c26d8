using System.Net;
using System.Net.Sockets;

namespace Mport.Server.Tunnels.Udp;

/// <summary>A public UDP port's socket: whole datagrams in and out, many a system call, each answer from the address that its visitor used. Thread-safe.</summary>
internal abstract class UdpSocket : IDisposable
{
    // A burst of 3,000 full Ethernet frames while the process has no turn; the kernel cuts it to net.core.rmem_max without a word.
    private const int BufferBytes = 4 * 1024 * 1024;

    // From linux/in.h; .NET has no names for them.
    private const int IpProtoIp = 0;
    private const int IpMtuDiscover = 10;

    /// <summary>Takes over a bound socket.</summary>
    protected UdpSocket(Socket socket)
    {
        Socket = socket;
        Bound = socket.LocalEndPoint as IPEndPoint ?? throw new ArgumentException("The socket is not bound.", nameof(socket));
    }

    /// <summary>Where it is bound to.</summary>
    public IPEndPoint Bound { get; }

    /// <summary>The socket itself.</summary>
    public Socket Socket { get; }

    /// <summary>Binds a port, or uses a socket that an earlier edge has bound; <see cref="IPAddress.IPv6Any"/> takes IPv4 as well.</summary>
    /// <exception cref="SocketException">The port is in use, or may not be bound.</exception>
    public static UdpSocket Open(IPAddress address, int port, Socket? inherited)
    {
        var socket = inherited ?? Bind(address, port);
        return OperatingSystem.IsLinux() ? new LinuxUdpSocket(socket) : new PortableUdpSocket(socket);
    }

    /// <summary>Binds a port for one of the two kinds.</summary>
    /// <exception cref="SocketException">The port is in use, or may not be bound.</exception>
    public static Socket Bind(IPAddress address, int port)
    {
        // Where the machine has no IPv6 at all, "all interfaces" means all IPv4 ones.
        var actual = address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6 ? IPAddress.Any : address;
        var socket = new Socket(actual.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (actual.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.ReceiveBufferSize = BufferBytes;
            socket.SendBufferSize = BufferBytes;
            if (OperatingSystem.IsLinux())
            {
                // No "don't fragment": a router that drops what is too large without telling would drop every such answer (REL-17).
                socket.SetRawSocketOption(IpProtoIp, IpMtuDiscover, BitConverter.GetBytes(0));
            }

            socket.Bind(new IPEndPoint(actual, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits until there is something to receive.</summary>
    /// <exception cref="SocketException">The socket was closed.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await Socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);

    /// <summary>Takes what is there, at most as much as the batch holds; does not wait.</summary>
    /// <returns>How many datagrams.</returns>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public abstract int Receive(UdpReceiveBatch batch);

    /// <summary>Sends a batch from a position on; does not wait.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="from">The first that is sent.</param>
    /// <param name="error">Why not all were sent, else success.</param>
    /// <returns>How many were sent.</returns>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public abstract int Send(UdpSendBatch batch, int from, out SocketError error);

    /// <summary>Closes the port.</summary>
    public void Dispose() => Socket.Dispose();
}
