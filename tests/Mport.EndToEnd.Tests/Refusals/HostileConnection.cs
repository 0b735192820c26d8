using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Mport.EndToEnd.Tests.Kit;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Refusals;

/// <summary>Somebody who connects and does not behave.</summary>
internal sealed class HostileConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;

    private HostileConnection(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
    }

    /// <summary>Connects to a port on loopback.</summary>
    public static async Task<HostileConnection> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port).Limited($"a connection to port {port}");
        return new HostileConnection(socket, new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>Goes through the TLS handshake with the edge, with this protocol name (ALPN).</summary>
    public async Task<HostileConnection> OverTlsAsync(EdgeProcess edge, string protocol)
    {
        var tls = new SslStream(_stream);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [new SslApplicationProtocol(protocol)],
            RemoteCertificateValidationCallback = edge.Verify,
        }).Limited($"a TLS handshake for {protocol}");
        return new HostileConnection(_socket, tls);
    }

    /// <summary>Sends these bytes; that the edge has hung up already is as good.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _stream.WriteAsync(bytes).Limited("hostile bytes to be sent");
        }
        catch (IOException)
        {
            // It has hung up.
        }
    }

    /// <summary>Reads whatever comes until the edge hangs up.</summary>
    public async Task ClosedAsync(string what)
    {
        try
        {
            await _stream.CopyToAsync(Stream.Null).Limited($"the edge to hang up on {what}");
        }
        catch (IOException)
        {
            // A reset will do.
        }
    }

    /// <inheritdoc />
    public void Dispose() => _stream.Dispose();
}
