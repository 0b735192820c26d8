using System.Net.Sockets;

namespace Mport.Cli.Processes;

/// <summary>One line of JSON over a socket.</summary>
internal static class RunLine
{
    /// <summary>A thousand tunnels with long names and addresses.</summary>
    private const int LongestLine = 512 * 1024;

    /// <summary>Reads up to the first line feed.</summary>
    /// <exception cref="IOException">The other side closed before it, or the line is too long.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(Socket socket, CancellationToken cancel)
    {
        var line = new MemoryStream();
        var buffer = new byte[4096];
        while (line.Length < LongestLine)
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
            if (count == 0)
            {
                throw new IOException("The other side closed before the end of the line.");
            }

            var end = buffer.AsSpan(0, count).IndexOf((byte)'\n');
            line.Write(buffer, 0, end < 0 ? count : end);
            if (end >= 0)
            {
                return line.ToArray();
            }
        }

        throw new IOException("The line is too long.");
    }

    /// <summary>Writes a line.</summary>
    public static async Task WriteAsync(Socket socket, byte[] json, CancellationToken cancel)
    {
        ReadOnlyMemory<byte> rest = (byte[])[.. json, (byte)'\n'];
        while (rest.Length > 0)
        {
            rest = rest[await socket.SendAsync(rest, cancel)..];
        }
    }
}
