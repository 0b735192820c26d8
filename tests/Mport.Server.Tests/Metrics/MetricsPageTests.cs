using Mport.Server.Metrics;
using Mport.Server.Tests.Edge.Kit;

namespace Mport.Server.Tests.Metrics;

public sealed class MetricsPageTests
{
    private const string Ask = "GET /metrics HTTP/1.1\r\nHost: edge.test\r\n";

    [Fact]
    public async Task Loopback_ReadsIt()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync(Ask + "\r\n");

        Assert.Equal(200, response.Status);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", Assert.Single(response.Headers["Content-Type"]));
        Assert.Contains("mport_listeners_accepted_total{port=\"HTTP\"} 1\n", response.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-For: 203.0.113.7\r\n")]
    [InlineData("Via: 1.1 proxy\r\n")]
    public async Task ProxyOnTheEdgesMachine_DoesNotReadItForOthers(string header) // SEC-114
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var visitor = await edge.ConnectAsync();

        Assert.Equal(404, (await visitor.AskAsync(Ask + header + "\r\n")).Status);
    }

    [Fact]
    public async Task SwitchedOff_IsNotThere()
    {
        await using var edge = await EdgeUnderTest.StartAsync(metrics: MetricsAccess.Off);
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync(Ask + "\r\n");

        Assert.Equal(404, response.Status);
        Assert.StartsWith("MP-3009", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Public_IsReadThroughAProxyToo()
    {
        await using var edge = await EdgeUnderTest.StartAsync(metrics: MetricsAccess.Public);
        using var visitor = await edge.ConnectAsync();

        Assert.Equal(200, (await visitor.AskAsync(Ask + "X-Forwarded-For: 203.0.113.7\r\n\r\n")).Status);
    }

    [Fact]
    public async Task TlsPort_NeverShowsIt() // SEC-114
    {
        await using var edge = await EdgeUnderTest.StartAsync(metrics: MetricsAccess.Public);
        using var client = edge.CreateClient("unused", tls: true);
        using var request = new System.Net.Http.HttpRequestMessage(System.Net.Http.HttpMethod.Get, "/metrics") { Headers = { Host = "edge.test" } };

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task TunnelHost_HasItsOwnPath()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(HttpScripts.ReflectsHead());
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();

        var response = await visitor.AskAsync("GET /metrics HTTP/1.1\r\nHost: app.edge.test\r\n\r\n");

        Assert.StartsWith("GET /metrics ", response.Body, StringComparison.Ordinal);
    }
}
