using System.Net.Sockets;
using System.Text;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Kit;

/// <summary>Local services that answer with bytes of the test's choice.</summary>
internal static class HttpScripts
{
    /// <summary>Reads a request's head on each connection, answers with the text (Latin-1), and closes.</summary>
    public static ScriptedServer AnswersOnce(string answer) => ScriptedServer.Start(async (socket, stop) =>
    {
        await ReadHeadAsync(socket, stop);
        await socket.SendAsync(Encoding.Latin1.GetBytes(answer), SocketFlags.None, stop);
        socket.Shutdown(SocketShutdown.Send);
        await DrainAsync(socket, stop);
    });

    /// <summary>Answers every request of a connection with its own head as the body, so that a test sees what the target got.</summary>
    public static ScriptedServer ReflectsHead() => ScriptedServer.Start(async (socket, stop) =>
    {
        while (await ReadHeadAsync(socket, stop) is { Length: > 0 } head)
        {
            var answer = $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {head.Length}\r\n\r\n{head}";
            await socket.SendAsync(Encoding.Latin1.GetBytes(answer), SocketFlags.None, stop);
        }
    });

    /// <summary>Answers every request of a connection with the text (Latin-1).</summary>
    public static ScriptedServer AnswersEach(string answer) => ScriptedServer.Start(async (socket, stop) =>
    {
        while ((await ReadHeadAsync(socket, stop)).Length > 0)
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(answer), SocketFlags.None, stop);
        }
    });

    /// <summary>Reads up to the blank line; empty when the connection ended.</summary>
    public static async Task<string> ReadHeadAsync(Socket socket, CancellationToken stop)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await socket.ReceiveAsync(one, SocketFlags.None, stop) == 0)
            {
                return "";
            }

            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    /// <summary>Reads to the end.</summary>
    public static async Task DrainAsync(Socket socket, CancellationToken stop)
    {
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, SocketFlags.None, stop) > 0)
        {
        }
    }
}
