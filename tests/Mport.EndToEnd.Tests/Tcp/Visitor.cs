using System.Net;
using System.Net.Sockets;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Tcp;

/// <summary>A public caller of a TCP tunnel.</summary>
internal static class Visitor
{
    /// <summary>Connects to a tunnel's public port.</summary>
    public static async Task<Socket> ConnectAsync(Uri url)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, url.Port).Limited($"a visitor to connect to {url}");
        return socket;
    }

    /// <summary>Reads exactly so many bytes.</summary>
    public static async Task ReadAsync(Socket socket, int bytes)
    {
        var piece = new byte[1 << 16];
        while (bytes > 0)
        {
            var read = await socket.ReceiveAsync(piece.AsMemory(0, Math.Min(piece.Length, bytes)), SocketFlags.None).Limited($"{bytes} more bytes for a visitor");
            bytes -= read > 0 ? read : throw new EndOfStreamException($"{bytes} bytes are missing.");
        }
    }

    /// <summary>Reads text to its end.</summary>
    public static async Task<string> ReadToEndAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync().Limited("the end of an answer");
    }

    /// <summary>Sends the text, ends its direction, and gives all that comes back.</summary>
    public static async Task<string> ExchangeAsync(Uri url, string text)
    {
        using var socket = await ConnectAsync(url);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        await TargetServers.SendAllAsync(socket, System.Text.Encoding.UTF8.GetBytes(text), CancellationToken.None);
        socket.Shutdown(SocketShutdown.Send);
        return await reader.ReadToEndAsync().Limited($"the answer of {url}");
    }
}
