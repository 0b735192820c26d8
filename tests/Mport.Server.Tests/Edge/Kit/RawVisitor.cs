using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Kit;

/// <summary>A visitor that says exactly what it is told, byte for byte (Latin-1), and reads what comes back.</summary>
internal sealed class RawVisitor : IDisposable
{
    private RawVisitor(Socket socket)
    {
        Socket = socket;
        Stream = new NetworkStream(socket, ownsSocket: true);
    }

    public Socket Socket { get; }

    public NetworkStream Stream { get; }

    public static async Task<RawVisitor> ConnectAsync(int port, string address = "127.0.0.1")
    {
        var at = IPAddress.Parse(address);
        var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(at, port).Limited($"a connection to port {port}");
        return new RawVisitor(socket);
    }

    public Task SendAsync(string text) => Stream.WriteAsync(Encoding.Latin1.GetBytes(text)).Limited("bytes to be sent");

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => Stream.WriteAsync(bytes).Limited("bytes to be sent");

    /// <summary>Sends a request and reads the response.</summary>
    public async Task<RawResponse> AskAsync(string request, bool head = false)
    {
        await SendAsync(request);
        return await ReadResponseAsync(head);
    }

    /// <summary>Reads one response, framed by its length or its chunks.</summary>
    public async Task<RawResponse> ReadResponseAsync(bool head = false)
    {
        var text = await ReadHeadAsync();
        var lines = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).ToLookup(pair => pair[0].Trim(), pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        var body = head || status is 101 or 204 or 304 ? ""
            : headers["Transfer-Encoding"].Contains("chunked") ? await ReadChunksAsync()
            : headers["Content-Length"].FirstOrDefault() is { } length ? await ReadTextAsync(int.Parse(length, CultureInfo.InvariantCulture))
            : await ReadToEndAsync();
        return new RawResponse(status, headers, body);
    }

    /// <summary>Reads a response's head, blank line included.</summary>
    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append(await ReadTextAsync(1));
        }

        return head.ToString();
    }

    public async Task<string> ReadChunkAsync()
    {
        var size = new StringBuilder();
        while (!size.ToString().EndsWith("\r\n", StringComparison.Ordinal))
        {
            size.Append(await ReadTextAsync(1));
        }

        var text = await ReadTextAsync(int.Parse(size.ToString().Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        await ReadTextAsync(2);
        return text;
    }

    public async Task<string> ReadTextAsync(int count)
    {
        var bytes = new byte[count];
        await Stream.ReadExactlyAsync(bytes).Limited($"{count} bytes");
        return Encoding.Latin1.GetString(bytes);
    }

    /// <summary>Reads until the other side closes or resets.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await Stream.ReadAsync(buffer).Limited("the end of the connection") is > 0 and var read)
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // A reset is an end too.
        }

        return text.ToString();
    }

    public void Dispose() => Stream.Dispose();

    private async Task<string> ReadChunksAsync()
    {
        var text = new StringBuilder();
        while (await ReadChunkAsync() is { Length: > 0 } chunk)
        {
            text.Append(chunk);
        }

        return text.ToString();
    }
}

/// <summary>A response as it came.</summary>
internal sealed record RawResponse(int Status, ILookup<string, string> Headers, string Body);
