using System.Net;
using System.Net.Http;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Mport.Server.Tests.Edge.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Http;

public sealed class WebSocketTests
{
    [Theory]
    [InlineData(false, "1.1")]
    [InlineData(true, "1.1")]
    [InlineData(true, "2.0")]
    public async Task TextAndBinary_AreEchoed(bool tls, string version)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(await WebTarget.StartAsync(EchoAsync));
        await edge.AddTunnelAsync("app", target.Port);
        using var invoker = edge.CreateClient("app", tls);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        await socket.ConnectAsync(new Uri($"{(tls ? "wss" : "ws")}://app.edge.test/chat"), invoker, CancellationToken.None).Limited("the WebSocket");
        await AssertEchoAsync(socket, "hello"u8.ToArray(), WebSocketMessageType.Text);
        var large = new byte[100_000];
        new Random(2).NextBytes(large);
        await AssertEchoAsync(socket, large, WebSocketMessageType.Binary);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None).Limited("the WebSocket to close");

        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task VisitorWhoVanishes_EndsTheTargetsSocket()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var target = edge.Own(await WebTarget.StartAsync(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            try
            {
                await socket.ReceiveAsync(new byte[10], CancellationToken.None);
            }
            catch (WebSocketException)
            {
                ended.SetResult();
            }
        }));
        await edge.AddTunnelAsync("app", target.Port);
        var visitor = await edge.ConnectAsync();
        await visitor.SendAsync("GET / HTTP/1.1\r\nHost: app.edge.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 101 ", await visitor.ReadHeadAsync(), StringComparison.Ordinal);

        visitor.Dispose();

        await ended.Task.Limited("the target's WebSocket to end");
    }

    [Fact]
    public async Task WrongAccept_Is502()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(HttpScripts.AnswersOnce(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: bm90IHRoZSByaWdodCBvbmU=\r\n\r\nraw bytes"));
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync("GET / HTTP/1.1\r\nHost: app.edge.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

        Assert.Equal(502, response.Status);
        Assert.StartsWith("MP-3005", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnsolicitedSwitch_Is502()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(HttpScripts.AnswersOnce("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"));
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync("GET / HTTP/1.1\r\nHost: app.edge.test\r\n\r\n");

        Assert.Equal(502, response.Status);
    }

    private static async Task AssertEchoAsync(ClientWebSocket socket, byte[] message, WebSocketMessageType type)
    {
        await socket.SendAsync(message, type, endOfMessage: true, CancellationToken.None).Limited("the message to be sent");
        var received = new byte[message.Length];
        var count = 0;
        while (true)
        {
            var result = await socket.ReceiveAsync(received.AsMemory(count), CancellationToken.None).Limited("the echo");
            Assert.Equal(type, result.MessageType);
            count += result.Count;
            if (result.EndOfMessage)
            {
                break;
            }
        }

        Assert.Equal(message, received);
        Assert.Equal(message.Length, count);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[8192];
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, CancellationToken.None);
        }
    }
}
