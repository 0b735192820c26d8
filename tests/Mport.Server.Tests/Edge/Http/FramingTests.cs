using Mport.Server.Tests.Edge.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Http;

/// <summary>Requests that servers understand differently are refused, the connection ends, and the target sees nothing (SEC-01, SEC-02, SEC-08).</summary>
public sealed class FramingTests
{
    private const string Host = "Host: app.edge.test\r\n";
    private const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: app.edge.test\r\n\r\n";

    [Theory]
    [InlineData(400, "GET / HTTP/1.1\n" + Host + "\n")]
    [InlineData(400, "GET / HTTP/1.1\r\nHost: app.edge.test\nX: y\r\n\r\n")]
    [InlineData(400, "POST / HTTP/1.1\r\n" + Host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Smuggled)]
    [InlineData(400, "POST / HTTP/1.0\r\n" + Host + "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Smuggled)]
    [InlineData(501, "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + Smuggled)]
    [InlineData(501, "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Smuggled)]
    [InlineData(400, "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n")]
    [InlineData(400, "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding\x01: chunked\r\n\r\n" + Smuggled)]
    [InlineData(400, "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding : chunked\r\n\r\n" + Smuggled)]
    [InlineData(400, "POST / HTTP/1.1\r\n" + Host + "Content-Length: 1, 1\r\n\r\nx")]
    [InlineData(400, "POST / HTTP/1.1\r\n" + Host + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx")]
    [InlineData(400, "POST / HTTP/1.1\r\n" + Host + "Content-Length: 0x1\r\n\r\nx")]
    [InlineData(400, "POST / HTTP/1.1\r\n" + Host + "Content-Length: -1\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\n" + Host + "X: a\x01" + "b\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\n" + Host + "X: a\x7f" + "b\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\n" + Host + "X(y): z\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\n" + Host + " folded: z\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\n" + Host + "X: a\0b\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\n" + Host + "X: a\rb\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\n" + Host + Host + "\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\nHost:\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\nHost: app.edge.test:99999\r\n\r\n")]
    [InlineData(400, "GET / HTTP/1.1\r\nHost: me@app.edge.test\r\n\r\n")]
    [InlineData(400, "GET http://other.edge.test/ HTTP/1.1\r\n" + Host + "\r\n")]
    [InlineData(400, "GET /%00 HTTP/1.1\r\n" + Host + "\r\n")]
    [InlineData(400, "GET /\xc3\xa9 HTTP/1.1\r\n" + Host + "\r\n")]
    [InlineData(405, "TRACE / HTTP/1.1\r\n" + Host + "\r\n")]
    [InlineData(405, "CONNECT app.edge.test:80 HTTP/1.1\r\nHost: app.edge.test:80\r\n\r\n")]
    [InlineData(400, "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET / HTTP/1.1\r\n" + Host + "\r\n")]
    public async Task AmbiguousRequest_IsRefusedAndTheConnectionEnds(int status, string request)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(HttpScripts.ReflectsHead());
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync(request);

        Assert.Equal(status, response.Status);
        Assert.Equal("", await visitor.ReadToEndAsync());
        Assert.Equal(0, target.Accepted);
        Assert.Empty(edge.Logs.Complaints);
    }

    [Theory]
    [InlineData("X: {40000}")]
    [InlineData("{101 headers}")]
    public async Task HeadersOverTheLimit_Get431(string kind)
    {
        var headers = kind.StartsWith('X')
            ? $"X: {new string('x', 40_000)}\r\n"
            : string.Concat(Enumerable.Range(0, 101).Select(i => $"X-{i}: y\r\n"));
        await using var edge = await EdgeUnderTest.StartAsync();
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync($"GET / HTTP/1.1\r\n{Host}{headers}\r\n");

        Assert.Equal(431, response.Status);
    }

    [Fact]
    public async Task TwoPipelinedRequests_AreAnsweredInOrder()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(HttpScripts.ReflectsHead());
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        await visitor.SendAsync($"GET /1 HTTP/1.1\r\n{Host}\r\nGET /2 HTTP/1.1\r\n{Host}\r\n");

        Assert.StartsWith("GET /1 ", (await visitor.ReadResponseAsync()).Body, StringComparison.Ordinal);
        Assert.StartsWith("GET /2 ", (await visitor.ReadResponseAsync()).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AbsoluteForm_IsForwardedAsOriginForm()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(HttpScripts.ReflectsHead());
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync($"GET http://app.edge.test/a?b HTTP/1.1\r\n{Host}\r\n");

        Assert.StartsWith("GET /a?b HTTP/1.1\r\n", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BytesAfterAResponse_NeverReachAnotherVisitor()
    {
        // A target that appends a second response to each; more often than three times, less than SEC-04's thousand.
        const int Rounds = 50;
        await using var edge = await EdgeUnderTest.StartAsync();
        var poisoner = edge.Own(HttpScripts.AnswersEach(
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngoodHTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned"));
        var honest = edge.Own(HttpScripts.ReflectsHead());
        await edge.AddTunnelAsync("bad", poisoner.Port);
        await edge.AddTunnelAsync("app", honest.Port);
        using var visitor = await edge.ConnectAsync();

        for (var round = 0; round < Rounds; round++)
        {
            var bad = await visitor.AskAsync("GET / HTTP/1.1\r\nHost: bad.edge.test\r\n\r\n");
            var good = await visitor.AskAsync($"GET /{round} HTTP/1.1\r\n{Host}\r\n");
            // The poisoned connection may be dropped while it is taken from the pool; it must never give the extra bytes.
            Assert.DoesNotContain("poisoned", bad.Body, StringComparison.Ordinal);
            Assert.StartsWith($"GET /{round} ", good.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task PoolOfOneTunnel_IsNotUsedForAnother()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var first = edge.Own(HttpScripts.ReflectsHead());
        var second = edge.Own(HttpScripts.ReflectsHead());
        var one = await edge.AddTunnelAsync("one", first.Port);
        var two = await edge.AddTunnelAsync("two", second.Port);
        using var visitor = await edge.ConnectAsync();

        for (var round = 0; round < 10; round++)
        {
            await visitor.AskAsync("GET / HTTP/1.1\r\nHost: one.edge.test\r\n\r\n");
            await visitor.AskAsync("GET / HTTP/1.1\r\nHost: two.edge.test\r\n\r\n");
        }

        Assert.Equal((1, 1), (one.Opened, two.Opened));
        Assert.Equal((1, 1), (first.Accepted, second.Accepted));
    }
}
