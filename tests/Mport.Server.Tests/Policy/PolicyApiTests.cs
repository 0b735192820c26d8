using System.Text.Json;
using Mport.Protocol.Control;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Policy;

/// <summary>Rules that are set by the API: stored without secrets, in force at once, and whoever serves the tunnel.</summary>
public abstract class PolicyApiTests(StoreProvider provider) : IAsyncLifetime
{
    private RunningTestEdge? _edge;
    private ApiUser? _owner;

    private RunningTestEdge Edge => _edge ?? throw new InvalidOperationException("The edge does not run.");

    private ApiUser Owner => _owner ?? throw new InvalidOperationException("The edge does not run.");

    public async ValueTask InitializeAsync()
    {
        _edge = await RunningTestEdge.StartAsync(provider: provider);
        _owner = new ApiUser(_edge, _edge.Token);
    }

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _owner?.Dispose();
        return _edge?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task RulesThatAreSet_HoldAtOnce_AndForTheNextClient()
    {
        await using var client = await WireClient.ConnectAsync(Edge);
        var open = new OpenTunnel { Request = 1, Name = "web", Proto = "http", Subdomain = "shop", Policy = Json("""[{"respond":204}]""") };
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(open));
        Assert.Equal(204, (await VisitAsync("")).Status);

        var set = await Owner.SendAsync("PUT", $"/api/v1/tunnels/{opened.Tunnel}/policy", """{"rules":[{"name":"door","basic_auth":"ann:open-sesame"}]}""");
        Assert.Equal(200, set.Status);
        Assert.DoesNotContain("open-sesame", set.Text, StringComparison.Ordinal);
        Assert.Equal("ann:***", set.Json.GetProperty("rules")[0].GetProperty("basic_auth").GetProperty("users")[0].GetString());
        Assert.Equal(1, set.Json.GetProperty("client_rules").GetArrayLength());

        var refused = await VisitAsync("", ("Mport-Trace", set["trace_key"] ?? ""));
        Assert.Equal((401, "401 by owner rule 1, basic_auth \"door\""), (refused.Status, refused.Headers["Mport-Policy"]));
        Assert.Equal(204, (await VisitAsync(Basic("ann:open-sesame"))).Status);

        await client.DisposeAsync();
        await using var next = await WireClient.ConnectAsync(Edge);
        Assert.IsType<TunnelOpened>(await next.OpenAsync(open with { Takeover = true }));
        Assert.Equal(401, (await VisitAsync("")).Status);
        Assert.Equal(401, (await VisitAsync(Basic("ann:sesame-open"))).Status);
        Assert.Equal(204, (await VisitAsync(Basic("ann:open-sesame"))).Status);

        Assert.Equal(204, (await Owner.DeleteAsync($"/api/v1/tunnels/{opened.Tunnel}/policy")).Status);
        Assert.Equal(204, (await VisitAsync("")).Status);
    }

    [Fact]
    public async Task Mistakes_AreNamed()
    {
        var made = await Owner.PostAsync("/api/v1/tunnels", """{"name":"web","proto":"http"}""");
        var wrong = await Owner.SendAsync("PUT", $"/api/v1/tunnels/{made["id"]}/policy", """{"rules":[{"ip":{"alow":"10.0.0.0/8"}}]}""");
        Assert.Equal((422, "MP-1600"), (wrong.Status, wrong.Code));
        Assert.Contains("/rules/0/ip/alow", wrong.Text, StringComparison.Ordinal);

        var port = await Owner.PostAsync("/api/v1/tunnels", """{"name":"db","proto":"tcp"}""");
        var unfit = await Owner.SendAsync("PUT", $"/api/v1/tunnels/{port["id"]}/policy", """{"rules":[{"basic_auth":"a:b"}]}""");
        Assert.Equal((422, "MP-1601"), (unfit.Status, unfit.Code));

        await using var client = await WireClient.ConnectAsync(Edge);
        var refused = Assert.IsType<TunnelRefused>(await client.OpenAsync(new OpenTunnel { Request = 1, Name = "x", Proto = "http", Policy = Json("""[{"basic_auht":"a:b"}]""") }));
        Assert.Equal("MP-1600", refused.Code);
        Assert.Contains("/0/basic_auht", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_SaysWhichRuleDecides()
    {
        const string Rules = """[{"allow":true,"when":{"path":"/webhook"}},{"basic_auth":"ann:x"}]""";
        var passed = await Owner.PostAsync("/api/v1/policy/check", $$"""{"rules":{{Rules}},"target":"/webhook"}""");
        Assert.Equal(("True", "1, allow"), (passed["passed"], passed["rule"]));
        var refused = await Owner.PostAsync("/api/v1/policy/check", $$"""{"rules":{{Rules}},"target":"/webhook/../x"}""");
        Assert.Equal(("False", "401", "2, basic_auth"), (refused["passed"], refused["status"], refused["rule"]));
        var wrong = await Owner.PostAsync("/api/v1/policy/check", """{"rules":[{"x":1}]}""");
        Assert.Equal("/0/x", wrong.Json.GetProperty("faults")[0].GetProperty("pointer").GetString());
    }

    private static string Basic(string user) => "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(user));

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private async Task<ApiReply> VisitAsync(string authorization, params (string Name, string Value)[] headers)
    {
        using var visitor = new ApiUser(Edge, authorization: authorization.Length == 0 ? null : authorization);
        return await visitor.SendAsync("GET", "/", headers: [("Host", "shop.localhost"), .. headers]);
    }
}

/// <summary>On SQLite.</summary>
public sealed class SqlitePolicyApiTests() : PolicyApiTests(StoreProvider.Sqlite);

/// <summary>On PostgreSQL.</summary>
public sealed class PostgresPolicyApiTests() : PolicyApiTests(StoreProvider.Postgres);
