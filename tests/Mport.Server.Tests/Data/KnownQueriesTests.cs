using Microsoft.EntityFrameworkCore;
using Mport.Server.Data;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Data;

/// <summary>A request that is like one before asks the database what has been asked before: nothing is compiled for it.</summary>
public sealed class KnownQueriesTests
{
    [Fact]
    public async Task ThirdRound_CompilesNoQuery()
    {
        await using var edge = await RunningTestEdge.StartAsync(change: settings => settings with { ApiRate = 0 });
        using var queries = new CompiledQueries(edge.DatabasePath);
        using var owner = new ApiUser(edge, edge.Token);
        await AskAnewAsync(edge.DatabasePath);
        Assert.Single(queries.All);
        await RoundAsync(owner, 1);
        await RoundAsync(owner, 2);
        queries.Clear();

        await RoundAsync(owner, 3);

        Assert.Empty(queries.All);
    }

    // A query that nobody has asked: shows that compiling one would be seen. Those of the rounds may be known in this process, from other edges.
    private static async Task AskAnewAsync(string path)
    {
        var nobody = Guid.NewGuid().ToString();
        await using var context = await new SqliteContexts(path).CreateDbContextAsync(TestContext.Current.CancellationToken);
        Assert.False(await context.Users.AnyAsync(user => user.Email == EF.Constant(nobody), TestContext.Current.CancellationToken).Limited("a query"));
    }

    private static async Task RoundAsync(ApiUser owner, int round)
    {
        var tunnel = (await owner.PostAsync("/api/v1/tunnels", $$"""{"name":"web-{{round}}","proto":"http"}"""))["id"];
        var wished = (await owner.PostAsync("/api/v1/tunnels", $$"""{"name":"own-{{round}}","proto":"http","subdomain":"own-{{round}}"}"""))["id"];
        var port = (await owner.PostAsync("/api/v1/tunnels", $$"""{"name":"adb-{{round}}","proto":"tcp"}"""))["id"];
        await owner.GetAsync("/api/v1/tunnels?limit=2&q=" + round);
        var etag = (await owner.GetAsync($"/api/v1/tunnels/{tunnel}")).Headers["ETag"];
        await owner.PatchAsync($"/api/v1/tunnels/{tunnel}", $$"""{"labels":{"round":"{{round}}"} }""", ("If-Match", etag));
        await owner.PostAsync($"/api/v1/tunnels/{tunnel}/stop", "");
        await owner.PostAsync($"/api/v1/tunnels/{tunnel}/start", "");
        var token = (await owner.PostAsync("/api/v1/tokens", $$"""{"name":"ci-{{round}}"}""", ("Idempotency-Key", $"key-{round}"))).Json.GetProperty("id").GetString();
        await owner.GetAsync("/api/v1/tokens");
        await owner.GetAsync("/api/v1/me");
        await owner.GetAsync("/api/v1/events?limit=3");
        await owner.GetAsync("/api/v1/usage");
        await owner.GetAsync("/api/v1/quotas");
        await owner.GetAsync("/api/v1/users?q=" + round);
        foreach (var path in new[] { $"tokens/{token}", $"tunnels/{tunnel}", $"tunnels/{wished}", $"tunnels/{port}" })
        {
            Assert.Equal(204, (await owner.DeleteAsync("/api/v1/" + path)).Status);
        }
    }
}
