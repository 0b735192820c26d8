using Mport.Server.Accounts;
using Mport.Server.Tests.Kit;

namespace Mport.Server.Tests.Api;

public sealed class ApiGateTests : IAsyncLifetime
{
    private RunningTestEdge? _edge;

    private RunningTestEdge Edge => _edge ?? throw new InvalidOperationException("The edge does not run.");

    public async ValueTask InitializeAsync() => _edge = await RunningTestEdge.StartAsync();

    public ValueTask DisposeAsync() => Edge.DisposeAsync();

    [Fact]
    public async Task Caller_SeesItsOwnAccount()
    {
        using var owner = new ApiUser(Edge, Edge.Token);

        var me = await owner.GetAsync("/api/v1/me");

        Assert.Equal(200, me.Status);
        Assert.Equal("application/json", me.MediaType);
        Assert.Equal(Edge.Owner.Value, me["id"]);
        Assert.Equal("owner", me["role"]);
        Assert.Equal("no-store", me.Headers["Cache-Control"]);
    }

    [Theory]
    [InlineData(null, 401, "MP-1500")]
    [InlineData("Basic dXNlcjpwYXNz", 401, "MP-1500")]
    [InlineData("Bearer ", 401, "MP-1500")]
    [InlineData("Bearer mpt_nonsense", 401, "MP-1102")]
    public async Task RequestWithoutGoodCredentials_IsRefused(string? authorization, int status, string code)
    {
        using var stranger = new ApiUser(Edge, authorization);

        var reply = await stranger.GetAsync("/api/v1/me");

        Assert.Equal(status, reply.Status);
        Assert.Equal("application/problem+json", reply.MediaType);
        Assert.Equal(code, reply.Code);
        Assert.Equal(status, reply.Json.GetProperty("status").GetInt32());
        Assert.Contains("Bearer", reply.Headers["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongTokens_MakeTheAddressWait()
    {
        using var stranger = new ApiUser(Edge, "Bearer mpt_nonsense");
        for (var i = 0; i < 4; i++)
        {
            await stranger.GetAsync("/api/v1/me");
        }

        var reply = await stranger.GetAsync("/api/v1/me");

        Assert.Equal(429, reply.Status);
        Assert.Equal("MP-1108", reply.Code);
        Assert.Equal("5", reply.Headers["Retry-After"]);
    }

    [Fact]
    public async Task RevokedToken_IsToldSo()
    {
        var token = await Edge.AddAccountAsync("ann@example.com");
        var record = (await Edge.Data.Tokens.ListAsync(TestContext.Current.CancellationToken)).Single(t => t.Email == "ann@example.com");
        await Edge.Data.Tokens.RevokeAsync(record.Id, TestContext.Current.CancellationToken);
        using var ann = new ApiUser(Edge, token);

        var reply = await ann.GetAsync("/api/v1/me");

        Assert.Equal(401, reply.Status);
        Assert.Equal("MP-1104", reply.Code);
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/v1/")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v2/me")]
    [InlineData("/API/V1/nothing.css")]
    public async Task UnknownPath_IsAProblem(string path)
    {
        using var owner = new ApiUser(Edge, Edge.Token);

        var reply = await owner.GetAsync(path);

        Assert.Equal(404, reply.Status);
        Assert.Equal("MP-1501", reply.Code);
    }

    [Fact]
    public async Task UnknownMethod_IsAProblemThatNamesTheKnownOnes()
    {
        using var owner = new ApiUser(Edge, Edge.Token);

        var reply = await owner.SendAsync("DELETE", "/api/v1/me");

        Assert.Equal(405, reply.Status);
        Assert.Equal("MP-1502", reply.Code);
        Assert.Equal("GET", reply.Headers["Allow"]);
    }

    [Fact]
    public async Task TraceOfTheCaller_IsKept()
    {
        using var owner = new ApiUser(Edge, Edge.Token);

        var reply = await owner.SendAsync("GET", "/api/v1/nothing", headers: ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));

        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", reply["trace_id"]);
    }

    [Fact]
    public async Task OtherPathsOfTheEdge_StayAsTheyWere()
    {
        using var stranger = new ApiUser(Edge, (string?)null);

        Assert.Equal("text/plain", (await stranger.GetAsync("/nothing")).MediaType);
        Assert.Equal(404, (await stranger.SendAsync("POST", "/healthz")).Status);
    }

    [Fact]
    public async Task Answer_TellsWhatIsLeftOfTheRate()
    {
        using var owner = new ApiUser(Edge, Edge.Token);

        var reply = await owner.GetAsync("/api/v1/me");

        Assert.Equal("\"default\";q=1200;w=60", reply.Headers["RateLimit-Policy"]);
        Assert.Matches("^\"default\";r=11[0-9]{2};t=[01]$", reply.Headers["RateLimit"]);
    }

    [Fact]
    public async Task VersionOfTheEdge_IsKnownToCallers_ItsFolderToAdministrators()
    {
        var token = await Edge.AddAccountAsync("ann@example.com", TokenScopes.All);
        using var ann = new ApiUser(Edge, token);

        var server = await ann.GetAsync("/api/v1/server");

        Assert.Equal("localhost", server["domain"]);
        Assert.False(server.Json.TryGetProperty("data_folder", out _));
    }
}
