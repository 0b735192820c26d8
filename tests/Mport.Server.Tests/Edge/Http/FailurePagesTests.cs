using System.Text.Json;
using Mport.Protocol.Streams;
using Mport.Server.Tests.Edge.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Http;

/// <summary>What a visitor sees when there is nothing to forward to.</summary>
public sealed class FailurePagesTests
{
    private const string Ask = "GET / HTTP/1.1\r\nHost: app.edge.test\r\n\r\n";

    [Fact]
    public async Task UnknownHost_Gets404WithAConstantBody()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var visitor = await edge.ConnectAsync();

        var first = await visitor.AskAsync("GET / HTTP/1.1\r\nHost: nobody.edge.test\r\n\r\n");
        var second = await visitor.AskAsync("GET /x HTTP/1.1\r\nHost: <script>.example\r\n\r\n".Replace("<script>", "script", StringComparison.Ordinal));

        Assert.Equal((404, 404), (first.Status, second.Status));
        Assert.Equal(first.Body, second.Body);
        Assert.StartsWith("MP-3001", first.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody", first.Body, StringComparison.Ordinal);
        Assert.Equal("no-store", Assert.Single(first.Headers["Cache-Control"]));
    }

    [Fact]
    public async Task ClientAway_Gets503WithRetryAfter() // REL-02
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        edge.Hosts.AddKnown("app");
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync(Ask);

        Assert.Equal((503, "5"), (response.Status, Assert.Single(response.Headers["Retry-After"])));
        Assert.StartsWith("MP-3002", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TargetThatRefuses_Gets502ThatNamesIt() // REL-03
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var port = new ReservedPort();
        await edge.AddTunnelAsync("app", port.Port);
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync(Ask);

        Assert.Equal(502, response.Status);
        Assert.StartsWith($"MP-3003 The local service does not answer. 127.0.0.1:{port.Port} refuses connections.", response.Body, StringComparison.Ordinal);
        Assert.Empty(edge.Logs.Complaints);
    }

    [Theory]
    [InlineData(StreamStatus.TimedOut, 504, "MP-3004")]
    [InlineData(StreamStatus.Unreachable, 502, "MP-3003")]
    [InlineData(StreamStatus.Forbidden, 502, "MP-3003")]
    [InlineData(StreamStatus.Overloaded, 503, "MP-3008")]
    public async Task WhatTheClientAnswers_DecidesThePage(StreamStatus status, int expected, string code)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var tunnel = await edge.AddTunnelAsync("app", 1);
        tunnel.Refusal = new StreamAnswer(status, "db.internal:80 is not here.");
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync(Ask);

        Assert.Equal(expected, response.Status);
        Assert.StartsWith(code, response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TargetThatClosesWithoutAnswer_Gets502()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(ScriptedServer.Start((socket, stop) => HttpScripts.ReadHeadAsync(socket, stop)));
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync(Ask);

        Assert.Equal(502, response.Status);
        Assert.StartsWith("MP-3003", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientThatGoesAwayMeanwhile_Gets503()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var target = edge.Own(ScriptedServer.Start(async (socket, stop) =>
        {
            await HttpScripts.ReadHeadAsync(socket, stop);
            asked.TrySetResult();
            await HttpScripts.DrainAsync(socket, stop);
        }));
        var tunnel = await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        await visitor.SendAsync(Ask);
        await asked.Task.Limited("the request at the target");
        await tunnel.BreakAsync();
        var response = await visitor.ReadResponseAsync();

        Assert.Equal(503, response.Status);
        Assert.StartsWith("MP-3002", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LinkThatHasEnded_Gets503()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(HttpScripts.ReflectsHead());
        var tunnel = await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();
        Assert.Equal(200, (await visitor.AskAsync(Ask)).Status);

        tunnel.End();

        Assert.Equal(503, (await visitor.AskAsync(Ask)).Status);
    }

    [Fact]
    public async Task TargetThatIsSilent_Gets504AfterTheTime() // REL-04
    {
        var time = new ManualTimeProvider();
        await using var edge = await EdgeUnderTest.StartAsync(time: time);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var target = edge.Own(ScriptedServer.Start(async (socket, stop) =>
        {
            await HttpScripts.ReadHeadAsync(socket, stop);
            asked.TrySetResult();
            await HttpScripts.DrainAsync(socket, stop);
        }));
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        await visitor.SendAsync(Ask);
        await asked.Task.Limited("the request at the target");
        time.Advance(TimeSpan.FromSeconds(101));
        var response = await visitor.ReadResponseAsync();

        Assert.Equal(504, response.Status);
        Assert.StartsWith("MP-3004 The local service took too long. It did not begin to answer within 100 s.", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VisitorWhoStopsSending_Gets408AfterTheTime()
    {
        var time = new ManualTimeProvider();
        await using var edge = await EdgeUnderTest.StartAsync(time: time);
        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var target = edge.Own(ScriptedServer.Start(async (socket, stop) =>
        {
            await HttpScripts.ReadHeadAsync(socket, stop);
            await socket.ReceiveAsync(new byte[3], System.Net.Sockets.SocketFlags.None, stop);
            came.TrySetResult();
            await HttpScripts.DrainAsync(socket, stop);
        }));
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        await visitor.SendAsync("POST / HTTP/1.1\r\nHost: app.edge.test\r\nContent-Length: 10\r\n\r\nabc");
        await came.Task.Limited("the first bytes at the target");
        time.Advance(TimeSpan.FromSeconds(101));

        Assert.Equal(408, (await visitor.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task QuietEventStream_OutlivesTheTime()
    {
        var time = new ManualTimeProvider();
        await using var edge = await EdgeUnderTest.StartAsync(time: time);
        var go = new SemaphoreSlim(0);
        var target = edge.Own(ScriptedServer.Start(async (socket, stop) =>
        {
            await HttpScripts.ReadHeadAsync(socket, stop);
            await socket.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"u8.ToArray(), System.Net.Sockets.SocketFlags.None, stop);
            await go.WaitAsync(stop);
            await socket.SendAsync("1\r\nb\r\n0\r\n\r\n"u8.ToArray(), System.Net.Sockets.SocketFlags.None, stop);
        }));
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        await visitor.SendAsync(Ask);
        await visitor.ReadHeadAsync();
        Assert.Equal("a", await visitor.ReadChunkAsync());
        time.Advance(TimeSpan.FromHours(2));
        go.Release();

        Assert.Equal("b", await visitor.ReadChunkAsync());
    }

    [Fact]
    public async Task OneRequestTooMany_Gets503Busy()
    {
        await using var edge = await EdgeUnderTest.StartAsync(options => options with { MaxRequestsPerTunnel = 1 });
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var target = edge.Own(ScriptedServer.Start(async (socket, stop) =>
        {
            await HttpScripts.ReadHeadAsync(socket, stop);
            asked.TrySetResult();
            await HttpScripts.DrainAsync(socket, stop);
        }));
        await edge.AddTunnelAsync("app", target.Port);
        using var first = await edge.ConnectAsync();
        using var second = await edge.ConnectAsync();
        await first.SendAsync(Ask);
        await asked.Task.Limited("the first request at the target");

        var response = await second.AskAsync(Ask);

        Assert.Equal(503, response.Status);
        Assert.StartsWith("MP-3008", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Browser_GetsEncodedHtml()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var tunnel = await edge.AddTunnelAsync("app", 1);
        tunnel.Refusal = new StreamAnswer(StreamStatus.Refused, "<script>alert(1)</script>\u001b[31m");
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync("GET / HTTP/1.1\r\nHost: app.edge.test\r\nAccept: text/html,*/*;q=0.8\r\n\r\n");

        Assert.Equal("text/html; charset=utf-8", Assert.Single(response.Headers["Content-Type"]));
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", response.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", response.Body, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', response.Body);
        Assert.Contains("<code>MP-3003</code>", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_GetsProblemJson()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync("GET / HTTP/1.1\r\nHost: app.edge.test\r\nAccept: application/json\r\n\r\n");

        Assert.Equal("application/problem+json", Assert.Single(response.Headers["Content-Type"]));
        using var problem = JsonDocument.Parse(response.Body);
        Assert.Equal("MP-3001", problem.RootElement.GetProperty("code").GetString());
        Assert.Equal(404, problem.RootElement.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task HeadRequest_GetsThePagesLengthAndNoBody()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var visitor = await edge.ConnectAsync();

        var head = await visitor.AskAsync("HEAD / HTTP/1.1\r\nHost: app.edge.test\r\n\r\n", head: true);
        var get = await visitor.AskAsync(Ask);

        Assert.Equal(get.Headers["Content-Length"], head.Headers["Content-Length"]);
        Assert.Equal(404, get.Status);
    }
}
