using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Recovery;

/// <summary>
/// A visitor who asks again and again, and forgives nothing: what other HTTP clients mend by asking once more is a failure here. It asks on the
/// same connection until an answer says that it was the last one, or on a new connection each time.
/// </summary>
internal sealed class RequestLoop(Uri url, string path, bool keepsAlive)
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);
    private readonly byte[] _request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {url.Authority}\r\n{(keepsAlive ? "" : "Connection: close\r\n")}\r\n");
    private readonly List<string> _failures = [];
    private int _answers;

    /// <summary>Good answers so far.</summary>
    public int Answers => Volatile.Read(ref _answers);

    /// <summary>What went wrong.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Asks until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && _failures.Count < 10)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            var asked = 0;
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, url.Port).WaitAsync(AnswerLimit, CancellationToken.None);
                await using var stream = new NetworkStream(socket);
                do
                {
                    asked++;
                }
                while (await AskAsync(stream).WaitAsync(AnswerLimit, CancellationToken.None) && keepsAlive && !stop.IsCancellationRequested);
            }
            catch (Exception failed) when (failed is SocketException or IOException or TimeoutException or FormatException)
            {
                _failures.Add($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} request {asked} of a connection from {socket.LocalEndPoint}, {Answers} answers before: {failed.Message}");
            }
        }
    }

    // False when the connection takes no more requests.
    private async Task<bool> AskAsync(NetworkStream stream)
    {
        await stream.WriteAsync(_request, CancellationToken.None);
        var buffer = new byte[8192];
        var read = 0;
        int end;
        while ((end = buffer.AsSpan(0, read).IndexOf("\r\n\r\n"u8)) < 0)
        {
            read += await ReadAsync(stream, buffer.AsMemory(read));
        }

        var head = Encoding.ASCII.GetString(buffer, 0, end).Split("\r\n");
        if (!head[0].Contains(" 200 ", StringComparison.Ordinal))
        {
            throw new FormatException($"{head[0]}: {Encoding.ASCII.GetString(buffer, end, read - end)}");
        }

        var left = int.Parse(Header(head, "Content-Length") ?? throw new FormatException("No length."), CultureInfo.InvariantCulture) - (read - end - 4);
        while (left > 0)
        {
            left -= await ReadAsync(stream, buffer);
        }

        Interlocked.Increment(ref _answers);
        return Header(head, "Connection") != "close";
    }

    private static async Task<int> ReadAsync(NetworkStream stream, Memory<byte> buffer) =>
        await stream.ReadAsync(buffer, CancellationToken.None) is > 0 and var read ? read : throw new EndOfStreamException("The connection ended.");

    private static string? Header(string[] head, string name) =>
        head.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
}
