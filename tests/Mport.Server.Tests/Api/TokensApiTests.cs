using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Api;

public sealed class TokensApiTests : IAsyncLifetime
{
    private RunningTestEdge? _edge;
    private ApiUser? _owner;

    private RunningTestEdge Edge => _edge ?? throw new InvalidOperationException("The edge does not run.");

    private ApiUser Owner => _owner ?? throw new InvalidOperationException("The edge does not run.");

    public async ValueTask InitializeAsync()
    {
        _edge = await RunningTestEdge.StartAsync();
        _owner = new ApiUser(_edge, _edge.Token);
    }

    public ValueTask DisposeAsync()
    {
        Owner.Dispose();
        return Edge.DisposeAsync();
    }

    [Fact]
    public async Task NewToken_IsShownOnce_AndWorks()
    {
        var made = await Owner.PostAsync("/api/v1/tokens", """{"name":"ci","scopes":["tunnels:read","tokens:read"]}""");
        using var ci = new ApiUser(Edge, "Bearer " + made["token"]);

        var seen = await ci.GetAsync("/api/v1/tokens/" + made["id"]);

        Assert.Equal(201, made.Status);
        Assert.Equal("/api/v1/tokens/" + made["id"], made.Headers["Location"]);
        Assert.Equal(200, seen.Status);
        Assert.Equal("ci", seen["name"]);
        Assert.False(seen.Json.TryGetProperty("token", out _));
        Assert.Equal(["tunnels:read", "tokens:read"], seen.Json.GetProperty("scopes").EnumerateArray().Select(s => s.GetString()));
    }

    [Fact]
    public async Task TokenNeverMakesOneThatMayMore()
    {
        var made = await Owner.PostAsync("/api/v1/tokens", """{"name":"small","scopes":["tokens:write","tunnels:read"],"names":["ci-*"],"networks":["127.0.0.0/8"],"expires_at":"2100-01-01T00:00:00Z"}""");
        using var small = new ApiUser(Edge, "Bearer " + made["token"]);

        var wider = await small.PostAsync("/api/v1/tokens", """{"name":"a","scopes":["tunnels:write"]}""");
        var anyName = await small.PostAsync("/api/v1/tokens", """{"name":"b","names":["*"]}""");
        var anyNetwork = await small.PostAsync("/api/v1/tokens", """{"name":"c","networks":["0.0.0.0/0"]}""");
        var longer = await small.PostAsync("/api/v1/tokens", """{"name":"d","expires_at":"2100-01-02T00:00:00Z"}""");
        var same = await small.PostAsync("/api/v1/tokens", """{"name":"e","names":["ci-web"]}""");
        var stronger = await small.PostAsync($"/api/v1/tokens/{await OwnersTokenAsync()}/rotate", "{}");

        Assert.Equal(["/scopes/0"], wider.Pointers);
        Assert.Equal(["/names"], anyName.Pointers);
        Assert.Equal(["/networks"], anyNetwork.Pointers);
        Assert.Equal(["/expires_at"], longer.Pointers);
        Assert.Equal(201, same.Status);
        Assert.Equal("2100-01-01T00:00:00+00:00", same["expires_at"]);
        Assert.Equal(["127.0.0.0/8"], same.Json.GetProperty("networks").EnumerateArray().Select(n => n.GetString()));
        Assert.Equal(403, stronger.Status);
    }

    [Fact]
    public async Task RotatedToken_GoesOnForTheOverlap()
    {
        var old = await Owner.PostAsync("/api/v1/tokens", """{"name":"agent"}""");

        var fresh = await Owner.PostAsync($"/api/v1/tokens/{old["id"]}/rotate", """{"overlap_seconds":600}""");

        var left = DateTimeOffset.Parse((await Owner.GetAsync("/api/v1/tokens/" + old["id"]))["expires_at"] ?? "") - TimeProvider.System.GetUtcNow();
        using var before = new ApiUser(Edge, "Bearer " + old["token"]);
        using var after = new ApiUser(Edge, "Bearer " + fresh["token"]);
        Assert.InRange(left.TotalSeconds, 500, 600);
        Assert.Equal(200, (await before.GetAsync("/api/v1/me")).Status);
        Assert.Equal(200, (await after.GetAsync("/api/v1/me")).Status);
        Assert.Equal("agent", fresh["name"]);
    }

    [Fact]
    public async Task RevokedToken_IsRefused_AndCannotBeRotated()
    {
        var made = await Owner.PostAsync("/api/v1/tokens", """{"name":"agent"}""");
        using var agent = new ApiUser(Edge, "Bearer " + made["token"]);

        var revoked = await Owner.DeleteAsync("/api/v1/tokens/" + made["id"]);

        Assert.Equal(204, revoked.Status);
        Assert.Equal("MP-1104", (await agent.GetAsync("/api/v1/me")).Code);
        Assert.Equal(409, (await Owner.PostAsync($"/api/v1/tokens/{made["id"]}/rotate", "{}")).Status);
    }

    [Fact]
    public async Task TokenOfAnotherNetwork_WorksNeitherHereNorForAClient()
    {
        var made = await Owner.PostAsync("/api/v1/tokens", """{"name":"far","networks":["192.0.2.0/24"]}""");
        using var far = new ApiUser(Edge, "Bearer " + made["token"]);

        var reply = await far.GetAsync("/api/v1/me");
        var check = await Edge.Data.Tokens.CheckAsync(new Secret(made["token"] ?? ""), Edge.Http.Address, TestContext.Current.CancellationToken).Limited("the check");

        Assert.Equal(403, reply.Status);
        Assert.Equal("MP-1517", reply.Code);
        Assert.IsType<TokenCheck.Refused>(check);
    }

    [Fact]
    public async Task ChangeOfWhatAnotherHasChanged_IsRefused()
    {
        var made = await Owner.PostAsync("/api/v1/tokens", """{"name":"agent"}""");
        var path = "/api/v1/tokens/" + made["id"];
        var read = await Owner.GetAsync(path);

        var first = await Owner.PatchAsync(path, """{"name":"one"}""", ("If-Match", read.Headers["ETag"]));
        var second = await Owner.PatchAsync(path, """{"name":"two"}""", ("If-Match", read.Headers["ETag"]));

        Assert.Equal("one", first["name"]);
        Assert.Equal(412, second.Status);
        Assert.Equal("MP-1508", second.Code);
        Assert.NotEqual(read.Headers["ETag"], first.Headers["ETag"]);
    }

    [Theory] // SEC-42
    [InlineData("""{"name":"x","id":"key_1"}""", 422, "/id")]
    [InlineData("""{"name":"x","owner_id":"usr_1"}""", 422, "/owner_id")]
    [InlineData("""{"name":"x","role":"admin"}""", 422, "/role")]
    [InlineData("""{"name":5}""", 422, "/name")]
    [InlineData("""{"scopes":["tunnels:read"]}""", 422, "/name")]
    [InlineData("""{"name":"x","scopes":["everything"]}""", 422, "/scopes/0")]
    [InlineData("""{"name":"x","scopes":[]}""", 422, "/scopes")]
    [InlineData("""{"name":"x","expires_at":"2001-01-01T00:00:00Z"}""", 422, "/expires_at")]
    [InlineData("""{"name":"x","expires_at":"soon"}""", 422, "/expires_at")]
    [InlineData("""{"name":"x","networks":["10.0.0.1/8"]}""", 422, "/networks")]
    [InlineData("""{"name":"x","names":["A B"]}""", 422, "/names")]
    [InlineData("""{"name":"x","name":"y"}""", 400, null)]
    [InlineData("""{"name":""", 400, null)]
    [InlineData("null", 400, "")]
    [InlineData("[]", 422, "")]
    public async Task UnfitBody_IsRefusedByPointer_AndChangesNothing(string body, int status, string? pointer)
    {
        var before = (await Edge.Data.Tokens.ListAsync(TestContext.Current.CancellationToken)).Count;

        var reply = await Owner.PostAsync("/api/v1/tokens", body);

        Assert.Equal(status, reply.Status);
        Assert.Equal("MP-1504", reply.Code);
        if (pointer is not null)
        {
            Assert.Equal([pointer], reply.Pointers);
        }

        Assert.Equal(before, (await Edge.Data.Tokens.ListAsync(TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task BodyThatIsTooLarge_OrOfAnotherType_IsRefused()
    {
        var large = await Owner.PostAsync("/api/v1/tokens", $$"""{"name":"{{new string('x', 70_000)}}"}""");
        var text = await Owner.SendAsync("POST", "/api/v1/tokens", "name=x", "text/plain");
        var none = await Owner.SendAsync("POST", "/api/v1/tokens");

        Assert.Equal((413, "MP-1505"), (large.Status, large.Code));
        Assert.Equal((415, "MP-1506"), (text.Status, text.Code));
        Assert.Equal(415, none.Status);
    }

    [Fact]
    public async Task List_IsReadPageByPage_InEitherOrder_NoneTwice()
    {
        for (var i = 0; i < 7; i++)
        {
            await Owner.PostAsync("/api/v1/tokens", $$"""{"name":"t{{i % 3}}"}""");
        }

        foreach (var sort in (string[])["created_at", "-created_at", "name", "-name"])
        {
            var ids = new List<string>();
            var names = new List<string>();
            string? cursor = null;
            do
            {
                var page = await Owner.GetAsync($"/api/v1/tokens?limit=3&sort={sort}&q=T{(cursor is null ? "" : "&cursor=" + cursor)}");
                Assert.Equal(200, page.Status);
                var data = page.Json.GetProperty("data").EnumerateArray().ToList();
                ids.AddRange(data.Select(t => t.GetProperty("id").GetString() ?? ""));
                names.AddRange(data.Select(t => t.GetProperty("name").GetString() ?? ""));
                cursor = page.Json.GetProperty("has_more").GetBoolean() ? page["next_cursor"] : null;
            }
            while (cursor is not null);

            // The owner's own token is called test, and is found too.
            Assert.Equal(8, ids.Distinct().Count());
            Assert.Equal(8, ids.Count);
            var sorted = sort.EndsWith("name", StringComparison.Ordinal) ? names : ids;
            Assert.Equal(sort[0] == '-' ? sorted.OrderDescending(StringComparer.Ordinal) : sorted.Order(StringComparer.Ordinal), sorted);
        }
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=x")]
    [InlineData("sort=hash")]
    [InlineData("q=%00")]
    [InlineData("cursor=abc")]
    public async Task UnfitQuery_IsRefused(string query) => Assert.Equal(400, (await Owner.GetAsync("/api/v1/tokens?" + query)).Status);

    private async Task<TokenId> OwnersTokenAsync() => (await Edge.Data.Tokens.ListAsync(TestContext.Current.CancellationToken))[0].Id;
}
