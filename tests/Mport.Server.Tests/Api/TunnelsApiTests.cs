using Mport.Protocol.Control;
using Mport.Protocol.Identity;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Api;

public abstract class TunnelsApiTests(StoreProvider provider) : IAsyncLifetime
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
    public async Task TunnelMadeHere_HasItsAddress_AndAClientOfItsNameServesIt()
    {
        var made = await Owner.PostAsync("/api/v1/tunnels", """{"name":"web","proto":"http","subdomain":"shop","labels":{"env":"prod"},"target":"localhost:3000"}""");
        await using var client = await WireClient.ConnectAsync(Edge);

        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 1, Name = "web", Proto = "http", Target = "localhost:3000" }));
        var seen = await Owner.GetAsync("/api/v1/tunnels/" + made["id"]);

        Assert.Equal(201, made.Status);
        Assert.Equal("offline", made["state"]);
        Assert.Equal(made["id"], opened.Tunnel);
        Assert.Contains("shop.localhost", opened.Urls[0], StringComparison.Ordinal);
        Assert.Equal("online", seen["state"]);
        Assert.Equal("prod", seen.Json.GetProperty("labels").GetProperty("env").GetString());
        Assert.Equal(1, seen.Json.GetProperty("clients").GetArrayLength());
    }

    [Fact]
    public async Task TunnelOfTheCommandLine_IsInTheList()
    {
        await using var client = await WireClient.ConnectAsync(Edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 1, Name = "http-3000", Proto = "http" }));

        var list = await Owner.GetAsync("/api/v1/tunnels?q=http-3");

        var tunnel = Assert.Single(list.Json.GetProperty("data").EnumerateArray());
        Assert.Equal(opened.Tunnel, tunnel.GetProperty("id").GetString());
        Assert.Equal("online", tunnel.GetProperty("state").GetString());
    }

    [Fact]
    public async Task StoppedTunnel_IsTakenFromItsClient_AndRefusedUntilItIsStarted()
    {
        await using var client = await WireClient.ConnectAsync(Edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 1, Name = "web", Proto = "http" }));

        var stopped = await Owner.SendAsync("POST", $"/api/v1/tunnels/{opened.Tunnel}/stop");
        var closed = Assert.IsType<TunnelClosed>(await client.NextAsync());
        var refused = Assert.IsType<TunnelRefused>(await client.OpenAsync(new OpenTunnel { Request = 2, Name = "web", Proto = "http" }));
        var started = await Owner.SendAsync("POST", $"/api/v1/tunnels/{opened.Tunnel}/start");
        Assert.IsType<AskAgain>(await client.NextAsync());
        var again = Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 3, Name = "web", Proto = "http" }));

        Assert.Equal("stopped", stopped["state"]);
        Assert.True(closed.Retry);
        Assert.Equal(("MP-1211", true), (refused.Code, refused.Retry));
        Assert.Equal("offline", started["state"]);
        Assert.Equal(opened.Urls, again.Urls);
    }

    [Fact]
    public async Task DeletedTunnel_IsGone_AndItsAddressRestsForOthers()
    {
        await using var client = await WireClient.ConnectAsync(Edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 1, Name = "web", Proto = "http", Subdomain = "shop" }));
        using var ann = new ApiUser(Edge, await Edge.AddAccountAsync("ann@example.com"));

        var deleted = await Owner.DeleteAsync("/api/v1/tunnels/" + opened.Tunnel);
        var closed = Assert.IsType<TunnelClosed>(await client.NextAsync());
        var taken = await ann.PostAsync("/api/v1/tunnels", """{"name":"mine","proto":"http","subdomain":"shop"}""");
        var back = await Owner.PostAsync("/api/v1/tunnels", """{"name":"web","proto":"http","subdomain":"shop"}""");

        Assert.Equal(204, deleted.Status);
        Assert.False(closed.Retry);
        Assert.Equal(404, (await Owner.GetAsync("/api/v1/tunnels/" + opened.Tunnel)).Status);
        Assert.Equal((409, "MP-1203"), (taken.Status, taken.Code)); // SEC-44
        Assert.Equal(201, back.Status);
    }

    [Fact]
    public async Task DeletedPort_RestsForOthers()
    {
        var made = await Owner.PostAsync("/api/v1/tunnels", """{"name":"adb","proto":"tcp"}""");
        using var ann = new ApiUser(Edge, await Edge.AddAccountAsync("ann@example.com"));

        await Owner.DeleteAsync("/api/v1/tunnels/" + made["id"]);
        var taken = await ann.PostAsync("/api/v1/tunnels", $$"""{"name":"mine","proto":"tcp","port":{{made["port"]}}}""");

        Assert.Equal((409, "MP-1207"), (taken.Status, taken.Code)); // SEC-43
    }

    [Fact]
    public async Task OtherSubdomain_ReachesTheClientAtOnce()
    {
        await using var client = await WireClient.ConnectAsync(Edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 1, Name = "web", Proto = "http", Subdomain = "old" }));

        var patched = await Owner.PatchAsync("/api/v1/tunnels/" + opened.Tunnel, """{"subdomain":"new"}""");
        Assert.True(Assert.IsType<TunnelClosed>(await client.NextAsync()).Retry);
        Assert.IsType<AskAgain>(await client.NextAsync());
        var again = Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 2, Name = "web", Proto = "http" }));

        Assert.Equal("new", patched["subdomain"]);
        Assert.Contains("//new.localhost", again.Urls[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_ChangeWithoutTheClientNoticing()
    {
        await using var client = await WireClient.ConnectAsync(Edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 1, Name = "adb", Proto = "tcp" }));

        var patched = await Owner.PatchAsync("/api/v1/tunnels/" + opened.Tunnel, """{"labels":{"env":"prod"}}""");

        Assert.Equal("online", patched["state"]);
        Assert.Equal("prod", patched.Json.GetProperty("labels").GetProperty("env").GetString());
    }

    [Fact]
    public async Task Replacement_NeedsThePrecondition()
    {
        var made = await Owner.PostAsync("/api/v1/tunnels", """{"name":"web","proto":"http","labels":{"env":"prod"}}""");
        var path = "/api/v1/tunnels/" + made["id"];
        const string Body = """{"name":"web","proto":"http"}""";

        var without = await Owner.SendAsync("PUT", path, Body);
        var old = await Owner.SendAsync("PUT", path, Body, headers: ("If-Match", "\"99\""));
        var good = await Owner.SendAsync("PUT", path, Body, headers: ("If-Match", made.Headers["ETag"]));

        Assert.Equal((428, "MP-1507"), (without.Status, without.Code));
        Assert.Equal((412, "MP-1508"), (old.Status, old.Code));
        Assert.Equal(200, good.Status);
        Assert.Empty(good.Json.GetProperty("labels").EnumerateObject());
        Assert.Equal(made["subdomain"], good["subdomain"]);
    }

    [Fact]
    public async Task SecondTunnelOfAName_IsRefused()
    {
        await Owner.PostAsync("/api/v1/tunnels", """{"name":"web","proto":"http"}""");

        var reply = await Owner.PostAsync("/api/v1/tunnels", """{"name":"web","proto":"tcp"}""");

        Assert.Equal((409, "MP-1203"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task TokenOfSomeNames_OpensAndChangesNoOther()
    {
        var made = await Owner.PostAsync("/api/v1/tokens", """{"name":"ci","names":["ci-*"]}""");
        using var ci = new ApiUser(Edge, "Bearer " + made["token"]);
        var web = await Owner.PostAsync("/api/v1/tunnels", """{"name":"web","proto":"http"}""");
        await using var client = await WireClient.ConnectAsync(Edge, WireClient.Greeting(new Secret(made["token"] ?? "")));

        var refused = Assert.IsType<TunnelRefused>(await client.OpenAsync(new OpenTunnel { Request = 1, Name = "web", Proto = "http" }));
        var named = Assert.IsType<TunnelRefused>(await client.OpenAsync(new OpenTunnel { Request = 2, Name = "ci-1", Proto = "http", Subdomain = "prod" }));
        Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 3, Name = "ci-1", Proto = "http", Subdomain = "ci-one" }));

        Assert.Equal("MP-1518", refused.Code);
        Assert.Equal("MP-1518", named.Code);
        Assert.Equal(404, (await ci.SendAsync("POST", $"/api/v1/tunnels/{web["id"]}/stop")).Status);
        Assert.Equal(["/name"], (await ci.PostAsync("/api/v1/tunnels", """{"name":"web2","proto":"http"}""")).Pointers);
    }

    [Theory]
    [InlineData("""{"proto":"http"}""", "/name")]
    [InlineData("""{"name":"web"}""", "/proto")]
    [InlineData("""{"name":"web","proto":"sctp"}""", "/proto")]
    [InlineData("""{"name":"web","proto":"http","subdomain":"admin"}""", "/subdomain")]
    [InlineData("""{"name":"web","proto":"http","subdomain":"xn--bcher-kva"}""", "/subdomain")]
    [InlineData("""{"name":"web","proto":"http","subdomain":"аpple"}""", "/subdomain")]
    [InlineData("""{"name":"web","proto":"http","port":20000}""", "/port")]
    [InlineData("""{"name":"web","proto":"tcp","subdomain":"a"}""", "/subdomain")]
    [InlineData("""{"name":"web","proto":"http","labels":{"a b":"c"}}""", "/labels")]
    [InlineData("""{"name":"web","proto":"http","labels":{"a":null}}""", "/labels")]
    [InlineData("""{"name":"web","proto":"http","target":"a\u0000b"}""", "/target")]
    [InlineData("""{"name":"web","proto":"http","id":"tun_1"}""", "/id")]
    public async Task UnfitTunnel_IsRefusedByPointer(string body, string pointer) // SEC-44
    {
        var reply = await Owner.PostAsync("/api/v1/tunnels", body);

        Assert.Equal(422, reply.Status);
        Assert.Equal([pointer], reply.Pointers);
        Assert.Empty((await Owner.GetAsync("/api/v1/tunnels")).Json.GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task EndedSession_IsGone()
    {
        await using var client = await WireClient.ConnectAsync(Edge);
        var session = Assert.Single((await Owner.GetAsync("/api/v1/sessions")).Json.GetProperty("data").EnumerateArray()).GetProperty("id").GetString();

        var ended = await Owner.DeleteAsync("/api/v1/sessions/" + session);
        var goodbye = Assert.IsType<Goodbye>(await client.NextAsync());

        Assert.Equal(204, ended.Status);
        Assert.False(goodbye.Retry);
    }
}

public sealed class SqliteTunnelsApiTests() : TunnelsApiTests(StoreProvider.Sqlite);

public sealed class PostgresTunnelsApiTests() : TunnelsApiTests(StoreProvider.Postgres);
