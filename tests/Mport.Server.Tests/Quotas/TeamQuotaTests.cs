using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;
using Mport.Server.Quotas;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Quotas;

/// <summary>What a team may have, whoever of its members makes or serves its tunnels.</summary>
public abstract class TeamQuotaTests(StoreProvider provider) : IAsyncLifetime
{
    private RunningTestEdge? _edge;
    private Secret _ann = null!;
    private Secret _bob = null!;
    private TeamId _team;

    private RunningTestEdge Edge => _edge ?? throw new InvalidOperationException("The edge does not run.");

    public async ValueTask InitializeAsync()
    {
        _edge = await RunningTestEdge.StartAsync(change: settings => settings with { ApiRate = 0 }, provider: provider);
        _ann = await Edge.AddAccountAsync("ann@example.com");
        _bob = await Edge.AddAccountAsync("bob@example.com");
        using var ann = new ApiUser(Edge, _ann);
        _team = new TeamId((await ann.PostAsync("/api/v1/teams", """{"name":"shop"}"""))["id"] ?? "");
        Assert.Equal(201, (await ann.PostAsync($"/api/v1/teams/{_team}/members", """{"email":"bob@example.com"}""")).Status);
    }

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _edge?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task TunnelsAndNamesOfATeam_CountTogether_WhoeverMakesThem()
    {
        await StartWithAsync(new QuotaLimits { Tunnels = 2, Names = 1 });
        using var ann = new ApiUser(Edge, _ann);
        using var bob = new ApiUser(Edge, _bob);
        Assert.Equal(201, (await ann.PostAsync("/api/v1/tunnels", $$"""{"name":"web","proto":"http","team":"{{_team}}"}""")).Status);

        var name = await bob.PostAsync("/api/v1/tunnels", $$"""{"name":"docs","proto":"http","team":"{{_team}}"}""");
        var second = await bob.PostAsync("/api/v1/tunnels", $$"""{"name":"adb","proto":"tcp","team":"{{_team}}"}""");
        var third = await ann.PostAsync("/api/v1/tunnels", $$"""{"name":"ssh","proto":"tcp","team":"{{_team}}"}""");
        var own = await ann.PostAsync("/api/v1/tunnels", """{"name":"own","proto":"http"}""");
        var moved = await ann.PatchAsync("/api/v1/tunnels/" + own["id"], $$"""{"team":"{{_team}}"}""");

        Assert.Equal("MP-1251", name.Code);
        Assert.Contains("The team has 1 subdomains", name["detail"], StringComparison.Ordinal);
        Assert.Equal(201, second.Status);
        Assert.Equal("MP-1251", third.Code);
        Assert.Contains("The team has 2 tunnels", third["detail"], StringComparison.Ordinal);
        Assert.Equal(201, own.Status);
        Assert.Equal("MP-1251", moved.Code);
        Assert.Equal(204, (await ann.DeleteAsync("/api/v1/tunnels/" + second["id"])).Status);
        Assert.Equal(201, (await ann.PostAsync("/api/v1/tunnels", $$"""{"name":"ssh","proto":"tcp","team":"{{_team}}"}""")).Status);
    }

    [Fact]
    public async Task BytesOfATeam_UsedUp_StopItsTunnelsForAllMembers_AndNoOthers_AndAfterARestartToo()
    {
        await StartWithAsync(new QuotaLimits { BytesPerDay = 1000 });
        await using (var ann = await ConnectAsync(_ann, "ann"))
        {
            await using var bob = await ConnectAsync(_bob, "bob");
            var (shared, other, own) = (await OpenAsync(ann, "adb", _team), await OpenAsync(bob, "ssh", _team), await OpenAsync(bob, "own", team: null));
            using var visitor = await VisitAsync(shared);
            var (_, stream) = await ann.VisitorAsync();
            await stream.WriteAsync(new byte[1000], CancellationToken.None).AsTask().Limited("the bytes");

            Assert.Contains("of this team (1,000) is used up", await NoticeAsync(ann), StringComparison.Ordinal);
            await NoticeAsync(bob);
            await AssertRefusedAsync(other);
            using var free = await VisitAsync(own);
            await bob.VisitorAsync();
        }

        await Edge.StartAgainAsync();
        await using var again = await ConnectAsync(_bob, "bob");
        await OpenAsync(again, "ssh", _team);
        Assert.Contains("of this team", await NoticeAsync(again), StringComparison.Ordinal);
    }

    [Fact]
    public async Task QuotaOfATeam_IsSetByAdministrators_AndSeenByItsMembersAlone() // SEC-40
    {
        Assert.True(TokenName.TryParse("admin", out var name));
        var token = await Edge.Data.Tokens.CreateAsync(new NewToken { UserId = Edge.Owner, Name = name, Scopes = TokenScopes.All }, TestContext.Current.CancellationToken).Limited("a token");
        using var owner = new ApiUser(Edge, token.Token);
        using var ann = new ApiUser(Edge, _ann);
        using var bob = new ApiUser(Edge, _bob);
        using var eve = new ApiUser(Edge, await Edge.AddAccountAsync("eve@example.com"));

        Assert.Equal(403, (await ann.SendAsync("PUT", $"/api/v1/quotas/{_team}", """{"tunnels":9}""", headers: ("If-Match", "*"))).Status);
        Assert.Equal(200, (await owner.SendAsync("PUT", $"/api/v1/quotas/{_team}", """{"tunnels":9,"connections":5}""", headers: ("If-Match", "*"))).Status);

        foreach (var member in (ApiUser[])[ann, bob])
        {
            var quota = await member.GetAsync($"/api/v1/quotas/{_team}");
            Assert.Equal((200, "team", 9), (quota.Status, quota["kind"], quota.Json.GetProperty("limits").GetProperty("tunnels").GetInt32()));
            Assert.Contains((await member.GetAsync("/api/v1/quotas")).Json.GetProperty("data").EnumerateArray(), one => one.GetProperty("id").GetString() == _team.Value);
        }

        Assert.Equal(404, (await eve.GetAsync($"/api/v1/quotas/{_team}")).Status);
        Assert.DoesNotContain(_team.Value, (await eve.GetAsync("/api/v1/quotas")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await owner.SendAsync("PUT", $"/api/v1/quotas/{TeamId.Create(TimeProvider.System)}", """{"tunnels":9}""", headers: ("If-Match", "*"))).Status);
        Assert.Equal(204, (await owner.DeleteAsync($"/api/v1/quotas/{_team}")).Status);
    }

    // Limits that are there when the edge starts hold from the first moment.
    private async Task StartWithAsync(QuotaLimits limits)
    {
        await Edge.Data.Quotas.SetAsync(QuotaSubject.Of(_team), limits, TestContext.Current.CancellationToken).Limited("the quota to be set");
        await Edge.StartAgainAsync();
    }

    private Task<WireClient> ConnectAsync(Secret token, string clientId) => WireClient.ConnectAsync(Edge, WireClient.Greeting(token, clientId));

    private static async Task<int> OpenAsync(WireClient client, string name, TeamId? team) =>
        new Uri(Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 0, Name = name, Proto = "tcp", Team = team?.Value })).Urls[0]).Port;

    private static async Task<string> NoticeAsync(WireClient client)
    {
        while (true)
        {
            if (Assert.IsType<Notice>(await client.NextAsync()).Text is var text && text.StartsWith(TunnelErrors.QuotaReached.Code.ToString(), StringComparison.Ordinal))
            {
                return text;
            }
        }
    }

    private static async Task<Socket> VisitAsync(int port)
    {
        var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await visitor.ConnectAsync(IPAddress.Loopback, port).Limited("a visitor's connection");
        return visitor;
    }

    // A connection that is refused may be reset before it is known to be there.
    private static Task<SocketException> AssertRefusedAsync(int port) => Assert.ThrowsAsync<SocketException>(async () =>
    {
        using var late = await VisitAsync(port);
        await late.ReceiveAsync(new byte[1]).Limited("the late visitor to be reset");
    });
}

public sealed class SqliteTeamQuotaTests() : TeamQuotaTests(StoreProvider.Sqlite);

public sealed class PostgresTeamQuotaTests() : TeamQuotaTests(StoreProvider.Postgres);
