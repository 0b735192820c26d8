using Mport.Server.Tests.Edge.Kit;

namespace Mport.Server.Tests.Edge.Http;

/// <summary>What the target gets to see of a visitor's headers, and the visitor of a target's (SEC-06, SEC-07, SEC-09).</summary>
public sealed class HeaderRulesTests
{
    [Fact]
    public async Task ForwardedHeaders_AreTheEdgesOwn()
    {
        var head = await ReflectAsync("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: gopher\r\nX-Forwarded-Host: evil\r\nForwarded: for=6.6.6.6\r\n", "App.Edge.test:8080");

        Assert.Contains("Host: App.Edge.test:8080\r\n", head, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-For: 127.0.0.1\r\n", head, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-Proto: http\r\n", head, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-Host: App.Edge.test:8080\r\n", head, StringComparison.Ordinal);
        Assert.Contains("Forwarded: for=127.0.0.1;host=\"App.Edge.test:8080\";proto=http\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("6.6.6.6", head, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Real-IP")]
    [InlineData("x_real_ip")]
    [InlineData("X_Forwarded_For")]
    [InlineData("X-Forwarded_For")]
    [InlineData("X-Forwarded-Port")]
    [InlineData("X-Client-IP")]
    [InlineData("Client_IP")]
    [InlineData("True-Client-IP")]
    [InlineData("CF-Connecting-IP")]
    [InlineData("cf_connecting_ip")]
    public async Task SpoofedAddress_IsRemoved(string name)
    {
        var head = await ReflectAsync($"{name}: 6.6.6.6\r\nX-Kept: yes\r\n");

        Assert.DoesNotContain("6.6.6.6", head, StringComparison.Ordinal);
        Assert.Contains("X-Kept: yes\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HeadersThatConnectionNames_AreRemoved()
    {
        var head = await ReflectAsync("Connection: X-Secret,x-other\r\nX-Secret: 1\r\nX-Other: 2\r\nX-Kept: 3\r\nKeep-Alive: 4\r\nTE: trailers\r\nProxy-Connection: 5\r\n");

        Assert.DoesNotContain("X-Secret", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("X-Other", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Keep-Alive", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Proxy-Connection", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("X-Kept: 3\r\n", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Authorization", "Bearer x")]
    [InlineData("Cookie", "a=b")]
    public async Task HeadersOfSecurity_CannotBeNamedAway(string name, string value)
    {
        var head = await ReflectAsync($"Connection: {name}, Host, X-Forwarded-For, Content-Length\r\n{name}: {value}\r\n");

        Assert.Contains($"{name}: {value}\r\n", head, StringComparison.Ordinal);
        Assert.Contains("Host: app.edge.test\r\n", head, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-For: 127.0.0.1\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownExpectation_IsDropped()
    {
        Assert.DoesNotContain("junk", await ReflectAsync("Expect: junk\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HeadersThatTheTargetsConnectionNames_AreRemoved()
    {
        var response = await AnswerAsync("HTTP/1.1 200 OK\r\nConnection: close, X-Inner\r\nX-Inner: 1\r\nX-Kept: 2\r\nContent-Length: 0\r\n\r\n");

        Assert.Empty(response.Headers["X-Inner"]);
        Assert.Equal("2", Assert.Single(response.Headers["X-Kept"]));
        Assert.Empty(response.Headers["Server"]);
    }

    [Fact]
    public async Task CookieForTheEdgesDomain_StaysWithItsHost()
    {
        var response = await AnswerAsync(
            "HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Domain=.edge.test; Path=/\r\nSet-Cookie: b=2; Domain=app.edge.test\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(["a=1; Path=/", "b=2; Domain=app.edge.test"], response.Headers["Set-Cookie"]);
    }

    [Theory]
    [InlineData("HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 999 High\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx")]
    public async Task AnswerThatIsNotHttp_Is502(string answer)
    {
        var response = await AnswerAsync(answer);

        Assert.Equal(502, response.Status);
        Assert.StartsWith("MP-3005", response.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(600)]
    [InlineData(3000)]
    public async Task TooManyOrTooLargeHeadersOfTheTarget_Is502(int count)
    {
        var headers = string.Concat(Enumerable.Range(0, count).Select(i => $"X-{i}: {new string('x', 20)}\r\n"));

        var response = await AnswerAsync($"HTTP/1.1 200 OK\r\n{headers}Content-Length: 0\r\n\r\n");

        Assert.Equal(502, response.Status);
        Assert.StartsWith("MP-3005", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LineBreakInsideAValue_DoesNotSplitTheResponse()
    {
        var response = await AnswerAsync("HTTP/1.1 200 OK\r\nX-Evil: a\rSet-Cookie: b\r\nContent-Length: 0\r\n\r\n");

        Assert.Empty(response.Headers["Set-Cookie"]);
    }

    /// <summary>The edge's peer is 127.0.0.1, one of the trusted proxies.</summary>
    public static TheoryData<string, string, string> Told => new()
    {
        { "X-Forwarded-For: 203.0.113.7\r\n", "203.0.113.7, 127.0.0.1", "for=203.0.113.7;host=\"app.edge.test\";proto=http, for=127.0.0.1" },
        { "X-Forwarded-For: 6.6.6.6, 203.0.113.7, 10.0.0.1\r\n", "203.0.113.7, 10.0.0.1, 127.0.0.1", "for=203.0.113.7;" },
        { "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 203.0.113.7\r\n", "203.0.113.7, 127.0.0.1", "for=203.0.113.7;" },
        { "X-Forwarded-For: 203.0.113.7:4711, [2001:db8::1]:80\r\n", "2001:db8::1, 127.0.0.1", "for=\"[2001:db8::1]\";" },
        { "X-Forwarded-For: 10.0.0.2, 10.0.0.1\r\n", "10.0.0.2, 10.0.0.1, 127.0.0.1", "for=10.0.0.2;" },
        { "X-Forwarded-For: 203.0.113.7, unknown, 10.0.0.1\r\n", "10.0.0.1, 127.0.0.1", "for=10.0.0.1;" },
        { "X-Forwarded-For: 10.1\r\n", "127.0.0.1", "for=127.0.0.1;" },
        { "X-Forwarded-For: \r\n", "127.0.0.1", "for=127.0.0.1;" },
        { "X-Kept: 1\r\n", "127.0.0.1", "for=127.0.0.1;" },
        { "Forwarded: for=6.6.6.6, for=\"[2001:db8::1]:80\";proto=https;host=\"shop.example\", for=10.0.0.1\r\n", "2001:db8::1, 10.0.0.1, 127.0.0.1", "for=\"[2001:db8::1]\";host=\"shop.example\";proto=https, for=10.0.0.1, for=127.0.0.1" },
        { "Forwarded: for=6.6.6.6, for=_hidden\r\n", "127.0.0.1", "for=127.0.0.1;" },
        { "Forwarded: for=6.6.6.6, for=\"a\\\"b, for=10.0.0.1\r\n", "127.0.0.1", "for=127.0.0.1;" },
        { "X-Forwarded-For: 203.0.113.7\r\nForwarded: for=6.6.6.6\r\n", "203.0.113.7, 127.0.0.1", "for=203.0.113.7;" },
        { "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: HTTPS\r\nX-Forwarded-Host: shop.example:444\r\n", "203.0.113.7, 127.0.0.1", "for=203.0.113.7;host=\"shop.example:444\";proto=https" },
        { "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: gopher\r\nX-Forwarded-Host: a\"b\r\n", "203.0.113.7, 127.0.0.1", "for=203.0.113.7;host=\"app.edge.test\";proto=http" },
    };

    [Theory]
    [MemberData(nameof(Told))]
    public async Task TrustedProxy_IsBelieved_UpToTheFirstWhoIsNone(string headers, string forwardedFor, string forwarded)
    {
        var head = await ReflectAsync(headers, trustedProxies: "127.0.0.1,10.0.0.0/8");

        Assert.Contains($"X-Forwarded-For: {forwardedFor}\r\n", head, StringComparison.Ordinal);
        Assert.Contains($"Forwarded: {forwarded}", head, StringComparison.Ordinal);
        Assert.DoesNotContain("6.6.6.6", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrustedProxiesScheme_AndHost_ReachTheTarget()
    {
        var head = await ReflectAsync("X-Forwarded-Proto: http, https\r\nX-Forwarded-Host: shop.example\r\n", trustedProxies: "127.0.0.1");

        Assert.Contains("X-Forwarded-Proto: https\r\n", head, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-Host: shop.example\r\n", head, StringComparison.Ordinal);
        Assert.Contains("Host: app.edge.test\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProxyThatIsNotTrusted_IsNotBelieved()
    {
        var head = await ReflectAsync("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n", trustedProxies: "10.0.0.0/8");

        Assert.Contains("X-Forwarded-For: 127.0.0.1\r\n", head, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-Proto: http\r\n", head, StringComparison.Ordinal);
    }

    private static async Task<string> ReflectAsync(string headers, string host = "app.edge.test", string? trustedProxies = null)
    {
        await using var edge = await EdgeUnderTest.StartAsync(
            options => trustedProxies is null ? options : options with { TrustedProxies = Networks.Of(trustedProxies) });
        var target = edge.Own(HttpScripts.ReflectsHead());
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();
        var response = await visitor.AskAsync($"GET / HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n");
        Assert.Equal(200, response.Status);
        return response.Body;
    }

    private static async Task<RawResponse> AnswerAsync(string answer)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(HttpScripts.AnswersOnce(answer));
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();
        return await visitor.AskAsync("GET / HTTP/1.1\r\nHost: app.edge.test\r\n\r\n");
    }
}
