using System.IO.Compression;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using Mport.Server.Policy;
using Mport.Server.Tests.Edge.Kit;
using Mport.Server.Tests.Policy;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Http;

/// <summary>Rules in front of a tunnel, through the whole HTTP edge.</summary>
public sealed class VisitorPolicyTests : IAsyncLifetime
{
    private EdgeUnderTest? _edge;
    private LoopbackTunnel? _tunnel;

    private EdgeUnderTest Edge => _edge ?? throw new InvalidOperationException();

    public async ValueTask InitializeAsync()
    {
        _edge = await EdgeUnderTest.StartAsync();
        var target = _edge.Own(HttpScripts.ReflectsHead());
        _tunnel = await _edge.AddTunnelAsync("shop", target.Port);
    }

    public ValueTask DisposeAsync() => Edge.DisposeAsync();

    private void Set(string json) => _tunnel?.Policy.SetOwner(Policies.Of(json), 1);

    [Fact]
    public async Task PasswordOfTheEdge_DoesNotReachTheTarget()
    {
        Set("""[{"basic_auth":"ann:secret"}]""");
        using var client = Edge.CreateClient("shop");
        using var refused = await client.GetAsync("/").Limited("an answer");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("Basic", Assert.Single(refused.Headers.WwwAuthenticate).Scheme);
        Assert.Equal("MP-1610", Assert.Single(refused.Headers.GetValues("Mport-Error")));

        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("ann:secret"u8));
        var head = await client.GetStringAsync("/").Limited("an answer");
        Assert.DoesNotContain("Authorization", head, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task GuardedPath_HoldsOverEachVersion(string version)
    {
        Set("""[{"ip":{"deny":"127.0.0.0/8"},"when":{"path":"/admin/*"}}]""");
        using var client = Edge.CreateClient("shop", tls: version == "2.0", Version.Parse(version));
        using var open = await client.GetAsync("/x").Limited("an answer");
        using var guarded = await client.GetAsync("/%61dmin/x").Limited("an answer");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (open.StatusCode, guarded.StatusCode));
    }

    [Fact]
    public async Task HeadersOfRules_CannotBeTakenAwayOrForged()
    {
        Set("""[{"request_headers":{"set":{"X-User":"edge"},"remove":"X-Gone"}},{"host":"app.local"},{"path":{"strip":"/api"}}]""");
        using var client = Edge.CreateClient("shop");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/a%2Bb?q");
        request.Headers.TryAddWithoutValidation("X-User", "me");
        request.Headers.TryAddWithoutValidation("X_User", "me");
        request.Headers.TryAddWithoutValidation("X-Gone", "1");
        request.Headers.TryAddWithoutValidation("X-Original-URL", "/admin");
        request.Headers.TryAddWithoutValidation("Mport-Trace", "guess");
        request.Headers.TryAddWithoutValidation("Connection", "X-User");
        using var answer = await client.SendAsync(request).Limited("an answer");
        var head = await answer.Content.ReadAsStringAsync().Limited("the body");
        Assert.StartsWith("GET /a%2Bb?q HTTP/1.1", head, StringComparison.Ordinal);
        Assert.Contains("X-User: edge\r\n", head, StringComparison.Ordinal);
        Assert.Contains("Host: app.local\r\n", head, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-Host: shop.edge.test\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("X_User", head, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Gone", head, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Original-URL", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Mport-Trace", head, StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Mport-Policy"));
    }

    [Fact]
    public async Task Owner_AloneSeesWhichRuleDecided()
    {
        Set("""[{"name":"closed","maintenance":true}]""");
        using var client = Edge.CreateClient("shop");
        client.DefaultRequestHeaders.Add("Mport-Trace", EdgeUnderTest.Secrets.TraceKeyOf(_tunnel?.TunnelId ?? ""));
        using var answer = await client.GetAsync("/").Limited("an answer");
        Assert.Equal("503 by client rule 1, maintenance \"closed\"", Assert.Single(answer.Headers.GetValues("Mport-Policy")));
        Assert.Equal(TimeSpan.FromSeconds(300), answer.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task LongBodyWithoutLength_GetsA413()
    {
        Set("""[{"body_limit":"1k"}]""");
        using var client = Edge.CreateClient("shop");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(new byte[100_000]) };
        request.Headers.TransferEncodingChunked = true;
        using var answer = await client.SendAsync(request).Limited("an answer");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("MP-1614", Assert.Single(answer.Headers.GetValues("Mport-Error")));
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, br", "br")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("identity", null)]
    public async Task Compression_IsTheVisitorsChoice(string accepted, string? coding)
    {
        Set("""[{"compress":true}]""");
        using var client = Edge.CreateClient("shop");
        client.DefaultRequestHeaders.Add("Accept-Encoding", accepted);
        client.DefaultRequestHeaders.Add("X-Filler", new string('x', 400));
        using var answer = await client.GetAsync("/").Limited("an answer");
        Assert.Equal(coding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Contains("Accept-Encoding", answer.Headers.Vary);
        var body = await answer.Content.ReadAsStreamAsync().Limited("the body");
        using Stream plain = coding switch { "gzip" => new GZipStream(body, CompressionMode.Decompress), "br" => new BrotliStream(body, CompressionMode.Decompress), _ => body };
        using var reader = new StreamReader(plain);
        Assert.StartsWith("GET / HTTP/1.1", await reader.ReadToEndAsync().Limited("the whole body"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_HoldsForTheNextRequest()
    {
        using var client = Edge.CreateClient("shop");
        using var before = await client.GetAsync("/").Limited("an answer");
        Set("""[{"respond":{"status":418,"body":"tea","headers":{"X-Pot":"1"}}}]""");
        using var after = await client.GetAsync("/").Limited("an answer");
        Assert.Equal((HttpStatusCode.OK, (HttpStatusCode)418), (before.StatusCode, after.StatusCode));
        Assert.Equal("tea", await after.Content.ReadAsStringAsync().Limited("the body"));
        Assert.Equal("1", Assert.Single(after.Headers.GetValues("X-Pot")));
    }

    [Fact]
    public async Task MethodThatIsNotAllowed_GetsA405WithTheOthers()
    {
        Set("""[{"methods":["GET","POST"]},{"response_headers":{"set":{"X-Frame-Options":"DENY"}}}]""");
        using var client = Edge.CreateClient("shop");
        using var refused = await client.DeleteAsync("/").Limited("an answer");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, refused.StatusCode);
        Assert.Equal(["GET", "POST", "HEAD"], refused.Content.Headers.Allow);
        using var passed = await client.GetAsync("/").Limited("an answer");
        Assert.Equal("DENY", Assert.Single(passed.Headers.GetValues("X-Frame-Options")));
    }
}
