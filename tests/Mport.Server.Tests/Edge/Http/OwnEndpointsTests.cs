using Mport.Server.Tests.Edge.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Http;

public sealed class OwnEndpointsTests
{
    [Theory]
    [InlineData("edge.test")]
    [InlineData("EDGE.test.:8080")]
    [InlineData("localhost")]
    [InlineData("127.0.0.1:1234")]
    [InlineData("[::1]")]
    public async Task OwnHost_AnswersHealth(string host)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync($"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n");

        Assert.Equal((200, "ok\n"), (response.Status, response.Body));
    }

    [Fact]
    public async Task Readiness_SaysWhatIsMissing()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var visitor = await edge.ConnectAsync();
        Assert.Equal(200, (await visitor.AskAsync("GET /readyz HTTP/1.1\r\nHost: edge.test\r\n\r\n")).Status);

        edge.Readiness.Obstacle = "draining";
        var response = await visitor.AskAsync("GET /readyz HTTP/1.1\r\nHost: edge.test\r\n\r\n");

        Assert.Equal((503, "not ready: draining\n"), (response.Status, response.Body));
    }

    [Fact]
    public async Task FrontPage_SaysWhatThisIs()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync("GET / HTTP/1.1\r\nHost: edge.test\r\n\r\n");

        Assert.StartsWith("This is an Mport edge.", response.Body, StringComparison.Ordinal);
        Assert.StartsWith("MP-3009", (await visitor.AskAsync("GET /favicon.ico HTTP/1.1\r\nHost: edge.test\r\n\r\n")).Body, StringComparison.Ordinal);
        Assert.Equal(404, (await visitor.AskAsync("GET /else HTTP/1.1\r\nHost: edge.test\r\n\r\n")).Status);
    }

    [Fact]
    public async Task TunnelHost_HasItsOwnHealthPath()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(HttpScripts.ReflectsHead());
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync("GET /healthz HTTP/1.1\r\nHost: app.edge.test\r\n\r\n");

        Assert.StartsWith("GET /healthz ", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Draining_ClosesKeptConnectionsAndLetsRequestsFinish()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var target = edge.Own(ScriptedServer.Start(async (socket, stop) =>
        {
            await HttpScripts.ReadHeadAsync(socket, stop);
            asked.TrySetResult();
            await go.Task;
            await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), System.Net.Sockets.SocketFlags.None, stop);
        }));
        await edge.AddTunnelAsync("app", target.Port);
        using var idle = await edge.ConnectAsync();
        await idle.AskAsync("GET /healthz HTTP/1.1\r\nHost: edge.test\r\n\r\n");
        using var busy = await edge.ConnectAsync();
        await busy.SendAsync("GET / HTTP/1.1\r\nHost: app.edge.test\r\n\r\n");
        await asked.Task.Limited("the request at the target");

        var stopping = edge.StopAsync(Within.Limit);
        Assert.Equal("", await idle.ReadToEndAsync());
        go.SetResult();
        var response = await busy.ReadResponseAsync();
        await stopping.Limited("the edge to stop");

        Assert.Equal((200, "ok"), (response.Status, response.Body));
        Assert.Equal("close", Assert.Single(response.Headers["Connection"]));
    }
}
