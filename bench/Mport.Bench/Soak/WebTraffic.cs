using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Mport.Bench.Processes;

namespace Mport.Bench.Soak;

/// <summary>Visitors of the HTTP tunnel: small requests kept alive, downloads, WebSockets, and readers who take their time and go.</summary>
internal sealed class WebTraffic : IDisposable
{
    private const int DownloadBytes = 4 * 1024 * 1024;
    private readonly int _port;
    private readonly string _host;
    private readonly HttpClient _client;

    /// <summary>Visitors of a host.</summary>
    public WebTraffic(int port, string host)
    {
        _port = port;
        _host = host;
        _client = CreateClient();
    }

    /// <summary>The kinds.</summary>
    public IReadOnlyList<TrafficKind> Kinds =>
    [
        new("http kept alive", GetAsync), new("http kept alive", GetAsync), new("download", DownloadAsync), new("websocket", WebSocketAsync), new("slow reader", ReadSlowlyAsync),
    ];

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, cancel) => new NetworkStream(await Loopback.ConnectAsync(_port, cancel), ownsSocket: true),
    })
    {
        BaseAddress = new Uri($"http://{_host}:{_port}"),
    };

    private async Task<bool> GetAsync(CancellationToken cancel)
    {
        var number = Random.Shared.Next();
        using var answer = await _client.GetAsync(new Uri($"/?n={number}", UriKind.Relative), cancel);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            return false;
        }

        var text = await answer.Content.ReadAsStringAsync(cancel);
        if (text != $"hello {number}")
        {
            throw new CorruptException($"asked for {number}, got \"{text}\"");
        }

        await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancel);
        return true;
    }

    private async Task<bool> DownloadAsync(CancellationToken cancel)
    {
        var seed = Random.Shared.Next();
        using var answer = await _client.GetAsync(new Uri($"/bytes?seed={seed}&size={DownloadBytes}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancel);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            return false;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[64 * 1024];
        while (await body.ReadAsync(buffer, cancel) is > 0 and var count)
        {
            hash.AppendData(buffer, 0, count);
        }

        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(Content.Checksum(seed, DownloadBytes)))
        {
            throw new CorruptException($"the checksum of {seed} differs");
        }

        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancel);
        return true;
    }

    private async Task<bool> WebSocketAsync(CancellationToken cancel)
    {
        using var client = CreateClient();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{_host}:{_port}/echo"), client, cancel);
        for (var i = 0; i < 100; i++)
        {
            var sent = RandomNumberGenerator.GetBytes(Random.Shared.Next(1, 4000));
            await socket.SendAsync(sent, WebSocketMessageType.Binary, endOfMessage: true, cancel);
            var back = new byte[sent.Length];
            for (var read = 0; read < back.Length;)
            {
                var part = await socket.ReceiveAsync(back.AsMemory(read), cancel);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return false;
                }

                read += part.Count;
            }

            if (!back.AsSpan().SequenceEqual(sent))
            {
                throw new CorruptException($"message {i} came back changed");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancel);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancel);
        return true;
    }

    private async Task<bool> ReadSlowlyAsync(CancellationToken cancel)
    {
        using var socket = await Loopback.ConnectAsync(_port, cancel);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /bytes?seed=1&size=50000000 HTTP/1.1\r\nHost: {_host}\r\n\r\n"), cancel);
        var buffer = new byte[1024];
        for (var i = 0; i < 100; i++)
        {
            if (await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, cancel) == 0)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancel);
        }

        // It goes away in the middle of the answer.
        return true;
    }
}
