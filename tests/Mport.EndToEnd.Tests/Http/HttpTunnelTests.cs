using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Mport.EndToEnd.Tests.Kit;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Http;

/// <summary>What an HTTP tunnel carries, on the plain port and on the TLS port with HTTP/1.1 and HTTP/2.</summary>
public sealed class HttpTunnelTests(SharedEdge shared) : IAsyncLifetime
{
    private const int UploadBytes = 50 * 1024 * 1024;

    private readonly WebVisitor _visitor = new(shared.Edge);
    private WebTarget? _target;
    private ServedTunnel? _tunnel;

    private WebTarget Target => _target ?? throw new InvalidOperationException("The target has not started.");

    private ServedTunnel Tunnel => _tunnel ?? throw new InvalidOperationException("The tunnel has not opened.");

    public async ValueTask InitializeAsync()
    {
        _target = await WebTarget.StartAsync();
        _tunnel = await ServedTunnel.HttpAsync(shared.Edge, _target.Port);
    }

    public async ValueTask DisposeAsync()
    {
        if (_tunnel is not null)
        {
            await _tunnel.DisposeAsync();
        }

        if (_target is not null)
        {
            await _target.DisposeAsync();
        }

        _visitor.Dispose();
    }

    [Theory]
    [InlineData("http", "1.1")]
    [InlineData("https", "1.1")]
    [InlineData("https", "2.0")]
    public async Task RequestsInARow_ShareOneConnectionOnBothSides(string scheme, string version)
    {
        for (var number = 0; number < 3; number++)
        {
            using var request = Request(HttpMethod.Get, "/hello", scheme, version);
            using var answer = await _visitor.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(Version.Parse(version), answer.Version);
            Assert.Equal("hello", await answer.Content.ReadAsStringAsync());
        }

        Assert.Equal(1, _visitor.Connections);
        Assert.Equal(1, Target.Connections);
    }

    [Theory]
    [InlineData("http", "1.1")]
    [InlineData("https", "2.0")]
    public async Task Head_HasTheLengthAndNoBody(string scheme, string version)
    {
        using var request = Request(HttpMethod.Head, "/hello", scheme, version);
        using var answer = await _visitor.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("web", answer.Headers.GetValues("X-Target").Single());
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("http", "1.1")]
    [InlineData("https", "1.1")]
    [InlineData("https", "2.0")]
    public async Task Upload_ArrivesUnchanged(string scheme, string version)
    {
        var body = RandomNumberGenerator.GetBytes(UploadBytes);
        using var request = Request(HttpMethod.Post, "/hash", scheme, version);
        request.Content = new ByteArrayContent(body);

        using var answer = await _visitor.SendAsync(request);

        Assert.Equal($"{UploadBytes} {Convert.ToHexString(SHA256.HashData(body))}", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("http", "1.1")]
    [InlineData("https", "2.0")]
    public async Task RequestBodyWithoutALength_ReachesTheTargetPieceByPiece(string scheme, string version)
    {
        using var body = new SlowContent();
        using var request = Request(HttpMethod.Post, "/pieces", scheme, version);
        request.Content = body;
        var answering = _visitor.SendAsync(request);

        // The target has read each piece before the next is sent.
        foreach (var piece in (string[])["one", "two", "three"])
        {
            await body.WriteAsync(piece);
            Assert.Equal(piece, await Target.PieceAsync());
        }

        body.Complete();
        using var answer = await answering;
        Assert.Equal("chunked", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("http", "1.1")]
    [InlineData("https", "2.0")]
    public async Task BodiesWithoutALength_PassBothWaysUnchanged(string scheme, string version)
    {
        var body = RandomNumberGenerator.GetBytes(3_000_000);
        using var request = Request(HttpMethod.Post, "/echo", scheme, version);
        request.Content = new StreamContent(new MemoryStream(body));
        request.Headers.TransferEncodingChunked = version == "1.1" ? true : null;

        using var answer = await _visitor.SendAsync(request);

        Assert.Null(answer.Content.Headers.ContentLength);
        Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync().Limited("the echo of a body"));
    }

    [Fact]
    public async Task ExpectContinue_IsAnsweredBeforeTheBodyIsSent()
    {
        using var folder = new ScratchFolder();
        var file = folder.File("body");
        await File.WriteAllBytesAsync(file, new byte[100_000]);

        var curl = await Ran.ToEndAsync("curl", ["-sv", "--http1.1", "--max-time", "50", "--resolve", $"{Tunnel.Url.Host}:{Tunnel.Url.Port}:127.0.0.1", "-H", "Expect: 100-continue", "--expect100-timeout", "40", "--data-binary", $"@{file}", $"{Tunnel.Url}hash"]);

        Assert.Equal($"100000 {Convert.ToHexString(SHA256.HashData(new byte[100_000]))}", curl.Succeeded());
        Assert.Contains("HTTP/1.1 100 Continue", curl.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Done waiting for 100-continue", curl.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http", "1.1")]
    [InlineData("https", "2.0")]
    public async Task ServerSentEvents_ArriveOneByOne(string scheme, string version)
    {
        using var request = Request(HttpMethod.Get, "/events", scheme, version);

        // Also the head comes at once: a browser's EventSource is open before the first event.
        using var answer = await _visitor.SendAsync(request);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        foreach (var text in (string[])["first", "second", "third"])
        {
            Target.Tell(text);
            Assert.Equal($"data: {text}", await reader.ReadLineAsync().Limited($"the {text} event"));
            Assert.Equal("", await reader.ReadLineAsync().Limited($"the end of the {text} event"));
        }
    }

    [Theory]
    [InlineData("ws", 1)]
    [InlineData("wss", 1)]
    [InlineData("wss", 2)]
    public async Task WebSocket_EchoesTextAndBinary(string scheme, int version)
    {
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = new Version(version, version == 1 ? 1 : 0);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var address = new UriBuilder(Address("/socket", scheme == "ws" ? "http" : "https")) { Scheme = scheme }.Uri;
        await socket.ConnectAsync(address, _visitor.Invoker, CancellationToken.None).Limited($"a WebSocket to {address}");
        var binary = RandomNumberGenerator.GetBytes(1_000_000);

        Assert.Equal((WebSocketMessageType.Text, "grüß dich"), await AskAsync("grüß dich"u8.ToArray(), WebSocketMessageType.Text));
        Assert.Equal((WebSocketMessageType.Binary, Convert.ToBase64String(binary)), await AskAsync(binary, WebSocketMessageType.Binary));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None).Limited("the closing of a WebSocket");
        Assert.Equal("bye", socket.CloseStatusDescription);

        async Task<(WebSocketMessageType Type, string Content)> AskAsync(byte[] message, WebSocketMessageType type)
        {
            var sending = socket.SendAsync(message, type, endOfMessage: true, CancellationToken.None);
            var back = new byte[message.Length];
            for (var count = 0; ;)
            {
                var received = await socket.ReceiveAsync(back.AsMemory(count), CancellationToken.None).Limited("the echo of a WebSocket message");
                count += received.Count;
                if (received.EndOfMessage)
                {
                    await sending;
                    return (received.MessageType, type == WebSocketMessageType.Text ? Encoding.UTF8.GetString(back, 0, count) : Convert.ToBase64String(back, 0, count));
                }
            }
        }
    }

    [Theory]
    [InlineData("http", "1.1")]
    [InlineData("https", "2.0")]
    public async Task AbortedDownloads_EndAtTheTarget(string scheme, string version)
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var request = Request(HttpMethod.Get, "/endless", scheme, version);
            using var answer = await _visitor.SendAsync(request);
            await using var body = await answer.Content.ReadAsStreamAsync();
            await body.ReadExactlyAsync(new byte[1_000_000]).Limited("the begin of a download");
        }));

        for (var ended = 0; ended < 20; ended++)
        {
            Assert.Equal("aborted", await Target.PieceAsync());
        }

        Assert.Equal(0, Target.Downloads);
        Assert.Equal((HttpStatusCode.OK, "hello"), await _visitor.GetAsync(Address("/hello", scheme)));
    }

    [Fact]
    public async Task Target_LearnsWhoCame()
    {
        var (_, headers) = await _visitor.GetAsync(Address("/headers", "https"));

        Assert.Contains("X-Forwarded-For: 127.0.0.1", headers, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-Proto: https", headers, StringComparison.Ordinal);
        Assert.Contains($"X-Forwarded-Host: {Tunnel.Url.Host}", headers, StringComparison.Ordinal);
        Assert.Contains("Forwarded: ", headers, StringComparison.Ordinal);
    }

    private HttpRequestMessage Request(HttpMethod method, string path, string scheme, string version) => new(method, Address(path, scheme))
    {
        Version = Version.Parse(version),
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private Uri Address(string path, string scheme) => scheme == "http" ? new Uri(Tunnel.Url, path) : WebVisitor.Secure(shared.Edge, Tunnel.Url, path);
}
