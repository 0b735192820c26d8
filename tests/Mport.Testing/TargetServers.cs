using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mport.Testing;

/// <summary>Local services of the kinds that a tunnel must cope with.</summary>
public static class TargetServers
{
    /// <summary>Sends back what comes, and ends when the other side ends.</summary>
    public static ScriptedServer Echo(IPAddress? address = null) => ScriptedServer.Start(
        async (socket, stop) =>
        {
            var buffer = new byte[65536];
            while (await socket.ReceiveAsync(buffer, SocketFlags.None, stop) is > 0 and var read)
            {
                await SendAllAsync(socket, buffer.AsMemory(0, read), stop);
            }

            socket.Shutdown(SocketShutdown.Send);
        },
        address);

    /// <summary>Reads until the other side ends its direction, and only then answers with what it was told and <c> bytes</c>, like HTTP/1.0 and <c>nc -N</c>.</summary>
    public static ScriptedServer AnswersAtEnd() => ScriptedServer.Start(async (socket, stop) =>
    {
        var buffer = new byte[65536];
        var total = 0;
        while (await socket.ReceiveAsync(buffer, SocketFlags.None, stop) is > 0 and var read)
        {
            total += read;
        }

        await SendAllAsync(socket, Encoding.ASCII.GetBytes($"{total} bytes"), stop);
        socket.Shutdown(SocketShutdown.Send);
    });

    /// <summary>Takes connections, and neither reads nor writes.</summary>
    public static ScriptedServer Stalls() => ScriptedServer.Start((_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));

    /// <summary>Writes a byte each time that the interval has passed, for ever, like server-sent events.</summary>
    public static ScriptedServer Drips(TimeSpan interval, TimeProvider time) => ScriptedServer.Start(async (socket, stop) =>
    {
        while (true)
        {
            await SendAllAsync(socket, "."u8.ToArray(), stop);
            await Task.Delay(interval, time, stop);
        }
    });

    /// <summary>Reads one byte, then resets the connection.</summary>
    public static ScriptedServer Resets() => ScriptedServer.Start(async (socket, stop) =>
    {
        await socket.ReceiveAsync(new byte[1], SocketFlags.None, stop);
        socket.LingerState = new LingerOption(true, 0);
    });

    /// <summary>Sends all of it.</summary>
    public static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
        }
    }
}
