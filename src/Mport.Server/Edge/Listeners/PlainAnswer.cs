using System.Buffers;
using System.Net.Sockets;
using System.Text;

namespace Mport.Server.Edge.Listeners;

/// <summary>The short plain-text HTTP answers to connections that came to the wrong port.</summary>
internal static class PlainAnswer
{
    // What a peer may still send while it is told off; more than any ClientHello or request head.
    private const int MaxDrain = 64 * 1024;

    /// <summary>For plain HTTP on the TLS port.</summary>
    public static ReadOnlyMemory<byte> TlsPort { get; } =
        Format("This port speaks TLS: use https:// here, or the edge's HTTP port.\n");

    /// <summary>For TLS on the HTTP port.</summary>
    public static ReadOnlyMemory<byte> HttpPort(int tlsPort) =>
        Format($"This port speaks plain HTTP. TLS (https:// and mport clients) is on port {tlsPort}.\n");

    /// <summary>Sends an answer and closes this direction, then takes what the peer still sends: closing with unread bytes would reset the connection before the answer is read.</summary>
    public static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> answer, CancellationToken cancellationToken)
    {
        await socket.SendAsync(answer, SocketFlags.None, cancellationToken);
        socket.Shutdown(SocketShutdown.Send);
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            for (var drained = 0; drained < MaxDrain;)
            {
                var count = await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, cancellationToken);
                if (count == 0)
                {
                    return;
                }

                drained += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Format(string text) => Encoding.ASCII.GetBytes(
        $"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}");
}
