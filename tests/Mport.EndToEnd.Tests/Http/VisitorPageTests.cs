using System.Net;
using Mport.EndToEnd.Tests.Kit;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Http;

/// <summary>What a visitor gets where there is no target's answer.</summary>
public sealed class VisitorPageTests(SharedEdge shared) : IDisposable
{
    private readonly WebVisitor _visitor = new(shared.Edge);

    public void Dispose() => _visitor.Dispose();

    [Fact]
    public async Task UnknownHost_Gets404()
    {
        var (status, page) = await _visitor.GetAsync(new Uri($"http://nobody-has-this.localhost:{shared.Edge.HttpPort}/"));

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("MP-3001", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientAway_Gets503_UntilItIsBack()
    {
        await using var target = await WebTarget.StartAsync();
        await using var tunnel = await ServedTunnel.HttpAsync(shared.Edge, target.Port);
        Assert.Equal(HttpStatusCode.OK, (await _visitor.GetAsync(new Uri(tunnel.Url, "/hello"))).Status);
        tunnel.Client.Send(Signal.Interrupt);
        Assert.Equal(0, await tunnel.Client.ExitAsync());

        var (status, page) = await _visitor.GetAsync(tunnel.Url);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("MP-3002", page, StringComparison.Ordinal);
        await using var again = tunnel.Again(shared.Edge);
        Assert.Equal(tunnel.Url, await again.ReadyAsync());
        Assert.Equal(HttpStatusCode.OK, (await _visitor.GetAsync(new Uri(tunnel.Url, "/hello"))).Status);
    }

    [Fact]
    public async Task ClientKilledInTheMiddleOfAnAnswer_BreaksItOff_AfterTheGraceTime()
    {
        await using var edge = await EdgeProcess.StartAsync("--resume-grace", "2s");
        await using var target = await WebTarget.StartAsync();
        await using var tunnel = await ServedTunnel.HttpAsync(edge, target.Port);
        using var visitor = new WebVisitor(edge);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(tunnel.Url, "/events"));
        using var answer = await visitor.SendAsync(request);

        await tunnel.Client.KillAsync();

        // A visitor must be able to tell a torn answer from a whole one.
        await Assert.ThrowsAsync<HttpRequestException>(() => answer.Content.ReadAsStringAsync().Limited("the end of an answer whose client was killed"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await visitor.GetAsync(tunnel.Url)).Status);
    }

    [Fact]
    public async Task TargetDown_GetsA502ThatNamesIt() // REL-03
    {
        using var nobody = new ReservedPort();
        await using var tunnel = await ServedTunnel.HttpAsync(shared.Edge, nobody.Port);

        var (status, page) = await _visitor.GetAsync(tunnel.Url);

        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.Contains("MP-3003", page, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{nobody.Port}", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TargetDown_IsSaidByTheClientToo()
    {
        using var nobody = new ReservedPort();
        await using var tunnel = await ServedTunnel.HttpAsync(shared.Edge, nobody.Port);

        await _visitor.GetAsync(tunnel.Url);

        Assert.Equal("MP-1307", (await tunnel.Client.NextAsync("connection.closed"))["code"]);
        Assert.Contains(tunnel.Client.Events, one => one.Name == "error" && one["code"] == "MP-1307");
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task HugeHeader_Gets431(string scheme)
    {
        await using var target = await WebTarget.StartAsync();
        await using var tunnel = await ServedTunnel.HttpAsync(shared.Edge, target.Port);
        using var request = new HttpRequestMessage(HttpMethod.Get, scheme == "http" ? tunnel.Url : WebVisitor.Secure(shared.Edge, tunnel.Url, "/"));
        request.Headers.Add("X-Large", new string('x', 40_000));

        using var answer = await _visitor.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, answer.StatusCode);
        Assert.Equal(0, target.Connections);
    }

    [Fact]
    public async Task HealthAndReadiness_AreAnsweredOnTheEdgesOwnDomain()
    {
        Assert.Equal((HttpStatusCode.OK, "ok"), Trimmed(await _visitor.GetAsync(new Uri($"http://localhost:{shared.Edge.HttpPort}/healthz"))));
        Assert.Equal((HttpStatusCode.OK, "ready"), Trimmed(await _visitor.GetAsync(new Uri($"http://localhost:{shared.Edge.HttpPort}/readyz"))));
    }

    private static (HttpStatusCode, string) Trimmed((HttpStatusCode Status, string Body) answer) => (answer.Status, answer.Body.Trim());
}
