using Mport.Protocol.Control;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Api;

public abstract class TeamsApiTests(StoreProvider provider) : IAsyncLifetime
{
    private RunningTestEdge? _edge;
    private Secret _annToken = null!;
    private Secret _bobToken = null!;
    private ApiUser _ann = null!;
    private ApiUser _bob = null!;
    private ApiUser _eve = null!;

    private RunningTestEdge Edge => _edge ?? throw new InvalidOperationException("The edge does not run.");

    public async ValueTask InitializeAsync()
    {
        _edge = await RunningTestEdge.StartAsync(change: settings => settings with { MaxTeamsPerAccount = 2, ApiRate = 0 }, provider: provider);
        _annToken = await Edge.AddAccountAsync("ann@example.com");
        _bobToken = await Edge.AddAccountAsync("bob@example.com");
        _ann = new ApiUser(Edge, _annToken);
        _bob = new ApiUser(Edge, _bobToken);
        _eve = new ApiUser(Edge, await Edge.AddAccountAsync("eve@example.com"));
    }

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _ann?.Dispose();
        _bob?.Dispose();
        _eve?.Dispose();
        return _edge?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task TunnelOfATeam_IsThereForEachMember_AndForNobodyElse() // SEC-40
    {
        var team = await TeamAsync();
        var made = await _ann.PostAsync("/api/v1/tunnels", $$"""{"name":"web","proto":"http","subdomain":"shop","team":"{{team}}"}""");
        var own = await _eve.PostAsync("/api/v1/tunnels", """{"name":"web","proto":"http"}""");

        Assert.Equal(201, made.Status);
        Assert.Equal(team, made["team"]);
        foreach (var member in (ApiUser[])[_ann, _bob])
        {
            Assert.Equal(200, (await member.GetAsync("/api/v1/tunnels/" + made["id"])).Status);
            Assert.Equal(200, (await member.GetAsync($"/api/v1/tunnels/{made["id"]}/usage")).Status);
            Assert.Equal(200, (await member.GetAsync("/api/v1/quotas/" + made["id"])).Status);
            Assert.Equal(200, (await member.GetAsync("/api/v1/usage?team=" + team)).Status);
            Assert.Equal([made["id"] ?? ""], await IdsAsync(member, "/api/v1/tunnels"));
            Assert.Equal([made["id"] ?? ""], await IdsAsync(member, "/api/v1/tunnels?sort=name&team=" + team));
        }

        Assert.Equal([own["id"] ?? ""], await IdsAsync(_eve, "/api/v1/tunnels"));
        Assert.Empty(await IdsAsync(_eve, "/api/v1/tunnels?team=" + team));
        foreach (var path in (string[])[$"tunnels/{made["id"]}", $"tunnels/{made["id"]}/usage", $"quotas/{made["id"]}", $"teams/{team}", $"teams/{team}/members", $"usage?team={team}"])
        {
            Assert.Equal((path, 404), (path, (await _eve.GetAsync("/api/v1/" + path)).Status));
        }

        Assert.Equal(404, (await _eve.DeleteAsync("/api/v1/tunnels/" + made["id"])).Status);
        Assert.Equal(404, (await _eve.SendAsync("POST", $"/api/v1/tunnels/{made["id"]}/stop")).Status);
        var into = await _eve.PostAsync("/api/v1/tunnels", $$"""{"name":"more","proto":"http","team":"{{team}}"}""");
        Assert.Equal((422, "MP-1540"), (into.Status, into.Code));
        Assert.Equal(204, (await _bob.DeleteAsync("/api/v1/tunnels/" + made["id"])).Status);
    }

    [Fact]
    public async Task PersonsAndTeamsNames_StandSideBySide()
    {
        var team = await TeamAsync();
        var own = await _ann.PostAsync("/api/v1/tunnels", """{"name":"web","proto":"http"}""");
        var shared = await _ann.PostAsync("/api/v1/tunnels", $$"""{"name":"web","proto":"http","team":"{{team}}"}""");
        var twice = await _bob.PostAsync("/api/v1/tunnels", $$"""{"name":"web","proto":"http","team":"{{team}}"}""");

        Assert.Equal((201, 201), (own.Status, shared.Status));
        Assert.NotEqual(own["id"], shared["id"]);
        Assert.Equal((409, "MP-1203"), (twice.Status, twice.Code));

        // A move to where the name is taken says so.
        var moved = await _ann.PatchAsync("/api/v1/tunnels/" + own["id"], $$"""{"team":"{{team}}"}""");
        Assert.Equal((409, "MP-1203"), (moved.Status, moved.Code));
    }

    [Fact]
    public async Task Tunnel_IsMovedByAManagerAlone_AndKeepsItsAddress()
    {
        var team = await TeamAsync();
        var bobs = await _bob.PostAsync("/api/v1/tunnels", """{"name":"api","proto":"http","subdomain":"bobs-api"}""");
        var anns = await _ann.PostAsync("/api/v1/tunnels", """{"name":"web","proto":"http","subdomain":"anns-web"}""");

        var byMember = await _bob.PatchAsync("/api/v1/tunnels/" + bobs["id"], $$"""{"team":"{{team}}"}""");
        var byManager = await _ann.PatchAsync("/api/v1/tunnels/" + anns["id"], $$"""{"team":"{{team}}"}""");

        Assert.Equal((403, "MP-1545"), (byMember.Status, byMember.Code));
        Assert.Equal((200, team, "anns-web"), (byManager.Status, byManager["team"], byManager["subdomain"]));
        Assert.Equal(200, (await _bob.GetAsync("/api/v1/tunnels/" + anns["id"])).Status);
    }

    [Fact]
    public async Task RemovedMember_LosesTheTunnelOfALiveSession_WithinTwoSeconds_AndItStaysWithTheTeam()
    {
        var team = await TeamAsync();
        await using var bob = await WireClient.ConnectAsync(Edge, WireClient.Greeting(_bobToken, "machine-b"));
        var opened = Assert.IsType<TunnelOpened>(await bob.OpenAsync(new OpenTunnel { Request = 1, Name = "web", Proto = "http", Team = "shop" }));

        var member = (await _ann.GetAsync($"/api/v1/teams/{team}/members")).Json.GetProperty("data")[1].GetProperty("user_id").GetString();
        var removed = await _ann.DeleteAsync($"/api/v1/teams/{team}/members/{member}");
        var closed = Assert.IsType<TunnelClosed>(await bob.NextAsync().WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken));
        var refused = Assert.IsType<TunnelRefused>(await bob.OpenAsync(new OpenTunnel { Request = 2, Name = "web", Proto = "http", Team = "shop" }));

        Assert.Equal(204, removed.Status);
        Assert.Equal(("MP-1540", false), (closed.Code, closed.Retry));
        Assert.Equal("MP-1540", refused.Code);
        Assert.Equal(404, (await _bob.GetAsync("/api/v1/tunnels/" + opened.Tunnel)).Status);
        Assert.Equal(404, (await _bob.GetAsync($"/api/v1/tunnels/{opened.Tunnel}/usage")).Status);
        Assert.Equal("offline", (await _ann.GetAsync("/api/v1/tunnels/" + opened.Tunnel))["state"]);
    }

    [Fact]
    public async Task TunnelOfATeam_GoesFromOneMemberToAnother_WithItsAddress()
    {
        await TeamAsync();
        var open = new OpenTunnel { Request = 1, Name = "web", Proto = "http", Team = "shop" };
        await using var ann = await WireClient.ConnectAsync(Edge, WireClient.Greeting(_annToken, "machine-a"));
        await using var bob = await WireClient.ConnectAsync(Edge, WireClient.Greeting(_bobToken, "machine-b"));

        var first = Assert.IsType<TunnelOpened>(await ann.OpenAsync(open));
        Assert.Equal("MP-1204", Assert.IsType<TunnelRefused>(await bob.OpenAsync(open)).Code);
        var taken = Assert.IsType<TunnelOpened>(await bob.OpenAsync(open with { Request = 2, Takeover = true }));
        Assert.Equal((first.Tunnel, true), (taken.Tunnel, taken.TookOver));
        Assert.Equal(first.Urls, taken.Urls);
        Assert.Equal("MP-1205", Assert.IsType<TunnelClosed>(await ann.NextAsync()).Code);

        // Without the team it is a tunnel of his own.
        Assert.NotEqual(first.Tunnel, Assert.IsType<TunnelOpened>(await bob.OpenAsync(open with { Request = 3, Team = null })).Tunnel);
    }

    [Fact]
    public async Task LastManager_Stays_AndMembersManageNothing()
    {
        var team = await TeamAsync();
        var members = (await _ann.GetAsync($"/api/v1/teams/{team}/members")).Json.GetProperty("data");
        var (ann, bob) = (members[0].GetProperty("user_id").GetString(), members[1].GetProperty("user_id").GetString());

        foreach (var reply in (ApiReply[])
            [
                await _bob.PatchAsync($"/api/v1/teams/{team}", """{"name":"other"}"""), await _bob.DeleteAsync($"/api/v1/teams/{team}"),
                await _bob.PostAsync($"/api/v1/teams/{team}/members", """{"email":"eve@example.com"}"""), await _bob.PostAsync($"/api/v1/teams/{team}/members", """{"email":"nobody@example.com"}"""),
                await _bob.PatchAsync($"/api/v1/teams/{team}/members/{bob}", """{"role":"manager"}"""), await _bob.DeleteAsync($"/api/v1/teams/{team}/members/{ann}"),
            ])
        {
            Assert.Equal((403, "MP-1545"), (reply.Status, reply.Code));
        }

        Assert.Equal("MP-1542", (await _ann.DeleteAsync($"/api/v1/teams/{team}/members/{ann}")).Code);
        Assert.Equal("MP-1542", (await _ann.PatchAsync($"/api/v1/teams/{team}/members/{ann}", """{"role":"member"}""")).Code);
        Assert.Equal("manager", (await _ann.PatchAsync($"/api/v1/teams/{team}/members/{bob}", """{"role":"manager"}"""))["role"]);
        Assert.Equal(204, (await _ann.DeleteAsync($"/api/v1/teams/{team}/members/{ann}")).Status);
        Assert.Equal(404, (await _ann.GetAsync($"/api/v1/teams/{team}")).Status);
    }

    [Fact]
    public async Task TeamWithTunnels_IsNotDeleted()
    {
        var team = await TeamAsync();
        var made = await _ann.PostAsync("/api/v1/tunnels", $$"""{"name":"web","proto":"http","team":"{{team}}"}""");

        Assert.Equal("MP-1543", (await _ann.DeleteAsync($"/api/v1/teams/{team}")).Code);
        Assert.Equal(204, (await _ann.DeleteAsync("/api/v1/tunnels/" + made["id"])).Status);
        Assert.Equal(204, (await _ann.DeleteAsync($"/api/v1/teams/{team}")).Status);
        Assert.Empty(await IdsAsync(_bob, "/api/v1/teams"));
    }

    [Fact]
    public async Task Members_MakeSoManyTeams_AndNamesAreUnique()
    {
        Assert.Equal(201, (await _ann.PostAsync("/api/v1/teams", """{"name":"one"}""")).Status);
        Assert.Equal("MP-1541", (await _bob.PostAsync("/api/v1/teams", """{"name":"one"}""")).Code);
        Assert.Equal(201, (await _ann.PostAsync("/api/v1/teams", """{"name":"two"}""")).Status);
        Assert.Equal("MP-1544", (await _ann.PostAsync("/api/v1/teams", """{"name":"three"}""")).Code);
        Assert.Equal(2, (await IdsAsync(_ann, "/api/v1/teams?sort=name")).Length);
    }

    [Fact]
    public async Task Auditor_SeesTheTeamsTunnels_AndChangesNothing()
    {
        var team = await TeamAsync();
        var made = await _ann.PostAsync("/api/v1/tunnels", $$"""{"name":"web","proto":"http","team":"{{team}}"}""");
        Assert.True(EmailAddress.TryParse("bob@example.com", out var bob));
        Assert.True(await Edge.Data.Users.SetRoleAsync(bob, UserRole.Auditor, TestContext.Current.CancellationToken).Limited("another role"));

        Assert.Equal(200, (await _bob.GetAsync("/api/v1/tunnels/" + made["id"])).Status);
        Assert.Equal(200, (await _bob.GetAsync($"/api/v1/teams/{team}")).Status);
        Assert.Equal(403, (await _bob.PatchAsync("/api/v1/tunnels/" + made["id"], """{"target":"x"}""")).Status);
        Assert.Equal(403, (await _bob.PostAsync("/api/v1/teams", """{"name":"mine"}""")).Status);
    }

    // Ann manages the team shop, Bob is in it.
    private async Task<string> TeamAsync()
    {
        var team = (await _ann.PostAsync("/api/v1/teams", """{"name":"shop"}"""))["id"] ?? "";
        Assert.Equal(201, (await _ann.PostAsync($"/api/v1/teams/{team}/members", """{"email":"bob@example.com"}""")).Status);
        return team;
    }

    private static async Task<string[]> IdsAsync(ApiUser user, string path)
    {
        var reply = await user.GetAsync(path);
        Assert.Equal(200, reply.Status);
        return [.. reply.Json.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("id").GetString() ?? "")];
    }
}

public sealed class SqliteTeamsApiTests() : TeamsApiTests(StoreProvider.Sqlite);

public sealed class PostgresTeamsApiTests() : TeamsApiTests(StoreProvider.Postgres);
