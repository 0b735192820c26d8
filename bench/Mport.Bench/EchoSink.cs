using System.Net;
using System.Net.Sockets;

namespace Mport.Bench;

/// <summary>A backend for connections that do nothing: it answers each first byte with one byte, so that the caller knows that the whole way stands.</summary>
internal static class EchoSink
{
    /// <summary>Serves until the process is ended.</summary>
    public static async Task<int> RunAsync(int port)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(4096);
        while (true)
        {
            var visitor = await listener.AcceptAsync();
            _ = ServeAsync(visitor);
        }
    }

    private static async Task ServeAsync(Socket visitor)
    {
        var one = new byte[1];
        try
        {
            while (await visitor.ReceiveAsync(one) > 0)
            {
                await visitor.SendAsync(one);
            }
        }
        catch (SocketException)
        {
            // The caller is gone; so is this connection.
        }
        finally
        {
            visitor.Dispose();
        }
    }
}
