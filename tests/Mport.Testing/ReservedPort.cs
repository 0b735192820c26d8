using System.Net;
using System.Net.Sockets;

namespace Mport.Testing;

/// <summary>A port that is bound and on which nothing listens: connections are refused, and no other test can get it meanwhile.</summary>
public sealed class ReservedPort : IDisposable
{
    private readonly Socket _socket;

    /// <summary>Reserves a port on 127.0.0.1 or another address.</summary>
    public ReservedPort(IPAddress? address = null)
    {
        address ??= IPAddress.Loopback;
        _socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _socket.Bind(new IPEndPoint(address, 0));
        Port = (_socket.LocalEndPoint as IPEndPoint)?.Port ?? throw new InvalidOperationException("The socket has no address.");
    }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <inheritdoc />
    public void Dispose() => _socket.Dispose();
}
