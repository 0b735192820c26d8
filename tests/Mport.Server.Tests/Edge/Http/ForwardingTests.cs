using System.Net;
using System.Net.Http;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Mport.Server.Tests.Edge.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Http;

public sealed class ForwardingTests
{
    [Fact]
    public async Task TwoRequestsOnOneConnection_UseOneStream()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(HttpScripts.ReflectsHead());
        var tunnel = await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        var first = await visitor.AskAsync("GET /one HTTP/1.1\r\nHost: app.edge.test\r\n\r\n");
        var second = await visitor.AskAsync("GET /two?a=b HTTP/1.1\r\nHost: app.edge.test\r\n\r\n");

        Assert.Equal((200, 200), (first.Status, second.Status));
        Assert.StartsWith("GET /one HTTP/1.1\r\n", first.Body, StringComparison.Ordinal);
        Assert.StartsWith("GET /two?a=b HTTP/1.1\r\n", second.Body, StringComparison.Ordinal);
        Assert.Equal(1, tunnel.Opened);
        Assert.True(tunnel.Bytes.FromSocket > 0 && tunnel.Bytes.ToSocket > 0);
    }

    [Fact]
    public async Task ChunkedRequestAndResponse_ArriveWhole()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(await WebTarget.StartAsync(EchoAsync));
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync(
            "POST / HTTP/1.1\r\nHost: app.edge.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n");

        Assert.Equal("hello world", response.Body);
        Assert.Equal("chunked", Assert.Single(response.Headers["Transfer-Encoding"]));
    }

    [Fact]
    public async Task ExpectContinue_TargetDecidesBeforeTheBody()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(await WebTarget.StartAsync(EchoAsync));
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        await visitor.SendAsync("POST / HTTP/1.1\r\nHost: app.edge.test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 100 ", await visitor.ReadHeadAsync(), StringComparison.Ordinal);
        var response = await visitor.AskAsync("hello");

        Assert.Equal("hello", response.Body);
    }

    [Theory]
    [InlineData(false, "1.1")]
    [InlineData(true, "2.0")]
    public async Task Upload50Megabytes_ArrivesWhole(bool tls, string version)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(await WebTarget.StartAsync(async context =>
        {
            var hash = await SHA256.HashDataAsync(context.Request.Body);
            await context.Response.WriteAsync(Convert.ToHexString(hash));
        }));
        await edge.AddTunnelAsync("app", target.Port);
        using var client = edge.CreateClient("app", tls, Version.Parse(version));
        var body = new byte[50 * 1024 * 1024];
        new Random(1).NextBytes(body);

        using var response = await client.PostAsync(new Uri("/", UriKind.Relative), new ByteArrayContent(body)).Limited("the upload's answer");

        Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task ServerSentEvents_ArriveOneByOne()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var next = new SemaphoreSlim(0);
        var target = edge.Own(await WebTarget.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 3; i++)
            {
                await context.Response.WriteAsync($"data: {i}\n\n");
                await context.Response.Body.FlushAsync();
                await next.WaitAsync(context.RequestAborted);
            }
        }));
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        await visitor.SendAsync("GET / HTTP/1.1\r\nHost: app.edge.test\r\n\r\n");
        await visitor.ReadHeadAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal($"data: {i}\n\n", await visitor.ReadChunkAsync());
            next.Release();
        }

        Assert.Equal("", await visitor.ReadChunkAsync());
    }

    [Fact]
    public async Task Head_HasLengthAndNoBody()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(HttpScripts.AnswersOnce("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nConnection: close\r\n\r\n"));
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync("HEAD / HTTP/1.1\r\nHost: app.edge.test\r\nConnection: close\r\n\r\n", head: true);

        Assert.Equal((200, "1234"), (response.Status, Assert.Single(response.Headers["Content-Length"])));
        Assert.Equal("", await visitor.ReadToEndAsync());
    }

    [Fact]
    public async Task NoContentWithALength_LosesTheLength()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(HttpScripts.AnswersOnce("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello"));
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync("GET / HTTP/1.1\r\nHost: app.edge.test\r\n\r\n");

        Assert.Equal(204, response.Status);
        Assert.Empty(response.Headers["Content-Length"]);
    }

    [Theory]
    [InlineData("/a%2Fb%2f..%2E/%c3%a9?x=%2B+%20&y=[1]|^")]
    [InlineData("/a/../../b/./c//d")]
    [InlineData("/%ff#not-a-fragment")]
    [InlineData("/?")]
    public async Task RawTarget_ReachesTheTargetUnchanged(string path)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(HttpScripts.ReflectsHead());
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync($"GET {path} HTTP/1.1\r\nHost: app.edge.test\r\n\r\n");

        Assert.StartsWith($"GET {path} HTTP/1.1\r\n", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BytesFrom0x80InHeaders_PassBothWays()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(HttpScripts.AnswersOnce("HTTP/1.1 200 OK\r\nX-Back: caf\xe9\xff\r\nContent-Length: 0\r\n\r\n"));
        var reflecting = edge.Own(HttpScripts.ReflectsHead());
        await edge.AddTunnelAsync("app", target.Port);
        await edge.AddTunnelAsync("mirror", reflecting.Port);
        using var visitor = await edge.ConnectAsync();

        var there = await visitor.AskAsync("GET / HTTP/1.1\r\nHost: mirror.edge.test\r\nX-There: caf\xe9\xff\r\n\r\n");
        var back = await visitor.AskAsync("GET / HTTP/1.1\r\nHost: app.edge.test\r\n\r\n");

        Assert.Contains("X-There: caf\xe9\xff\r\n", there.Body, StringComparison.Ordinal);
        Assert.Equal("caf\xe9\xff", Assert.Single(back.Headers["X-Back"]));
    }

    [Fact]
    public async Task Http2OverTls_IsForwarded()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(HttpScripts.ReflectsHead());
        await edge.AddTunnelAsync("app", target.Port);
        using var client = edge.CreateClient("app", tls: true, HttpVersion.Version20);

        using var response = await client.GetAsync(new Uri("/x", UriKind.Relative)).Limited("the answer over HTTP/2");
        var head = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.Contains("Host: app.edge.test\r\n", head, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-Proto: https\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VisitorWhoAbortsAnUpload_ResetsTheTarget()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var outcome = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var target = edge.Own(ScriptedServer.Start(async (socket, stop) =>
        {
            await HttpScripts.ReadHeadAsync(socket, stop);
            try
            {
                await HttpScripts.DrainAsync(socket, stop);
                outcome.TrySetResult("ended");
            }
            catch (System.Net.Sockets.SocketException e)
            {
                outcome.TrySetResult(e.SocketErrorCode.ToString());
            }
        }));
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        await visitor.SendAsync("POST / HTTP/1.1\r\nHost: app.edge.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nnot a chunk\r\n\r\n");

        Assert.Equal("ConnectionReset", await outcome.Task.Limited("the target to see the reset"));
        Assert.Equal(400, (await visitor.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task ShortBody_DoesNotLookComplete()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(HttpScripts.AnswersOnce("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"));
        await edge.AddTunnelAsync("app", target.Port);
        using var client = edge.CreateClient("app");

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri("/", UriKind.Relative))).Limited("the broken answer");
    }

    private static async Task EchoAsync(HttpContext context)
    {
        var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
        await context.Response.StartAsync();
        await context.Response.WriteAsync(body);
    }
}
