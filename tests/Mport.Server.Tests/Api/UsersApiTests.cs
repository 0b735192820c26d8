using Mport.Server.Accounts;
using Mport.Server.Tests.Kit;

namespace Mport.Server.Tests.Api;

public abstract class UsersApiTests(StoreProvider provider) : IAsyncLifetime
{
    private RunningTestEdge? _edge;
    private ApiUser? _owner;

    private RunningTestEdge Edge => _edge ?? throw new InvalidOperationException("The edge does not run.");

    private ApiUser Owner => _owner ?? throw new InvalidOperationException("The edge does not run.");

    public async ValueTask InitializeAsync()
    {
        _edge = await RunningTestEdge.StartAsync(provider: provider);
        Assert.True(TokenName.TryParse("admin", out var name));
        var token = await _edge.Data.Tokens.CreateAsync(new NewToken { UserId = _edge.Owner, Name = name, Scopes = TokenScopes.All }, TestContext.Current.CancellationToken);
        _owner = new ApiUser(_edge, token.Token);
    }

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _owner?.Dispose();
        return _edge?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Administrator_MakesAnAccount_OnlyOnce()
    {
        var made = await Owner.PostAsync("/api/v1/users", """{"email":"ann@example.com"}""");
        var again = await Owner.PostAsync("/api/v1/users", """{"email":"ANN@example.com"}""");

        Assert.Equal(201, made.Status);
        Assert.Equal("member", made["role"]);
        Assert.Equal((409, "MP-1109"), (again.Status, again.Code));
        Assert.Contains("ann@example.com", (await Owner.GetAsync("/api/v1/users?sort=email&q=ann")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisabledAccount_IsOut_UntilItIsEnabled()
    {
        var token = await Edge.AddAccountAsync("ann@example.com");
        using var ann = new ApiUser(Edge, token);
        var path = "/api/v1/users/" + (await ann.GetAsync("/api/v1/me"))["id"];

        var disabled = await Owner.PatchAsync(path, """{"disabled":true}""");
        var whileDisabled = await ann.GetAsync("/api/v1/me");
        await Owner.PatchAsync(path, """{"disabled":false}""");

        Assert.Equal("True", disabled["disabled"]);
        Assert.Equal((401, "MP-1106"), (whileDisabled.Status, whileDisabled.Code));
        Assert.Equal(200, (await ann.GetAsync("/api/v1/me")).Status);
    }

    [Fact]
    public async Task Role_TakesEffectAtOnce()
    {
        var token = await Edge.AddAccountAsync("ann@example.com", TokenScopes.All);
        using var ann = new ApiUser(Edge, token);
        var path = "/api/v1/users/" + (await ann.GetAsync("/api/v1/me"))["id"];

        var before = await ann.GetAsync("/api/v1/users");
        await Owner.PatchAsync(path, """{"role":"admin"}""");
        var after = await ann.GetAsync("/api/v1/users");

        Assert.Equal((403, "MP-1503"), (before.Status, before.Code));
        Assert.Equal(200, after.Status);
    }

    [Theory]
    [InlineData("""{"role":"member"}""")]
    [InlineData("""{"disabled":true}""")]
    public async Task Owner_StaysOwner(string patch)
    {
        var reply = await Owner.PatchAsync("/api/v1/users/" + Edge.Owner, patch);

        Assert.Equal((409, "MP-1514"), (reply.Status, reply.Code));
        Assert.Equal(200, (await Owner.GetAsync("/api/v1/users")).Status);
    }

    [Theory] // SEC-42
    [InlineData("""{"id":"usr_1"}""", "/id")]
    [InlineData("""{"is_owner":true}""", "/is_owner")]
    [InlineData("""{"email":"other@example.com"}""", "/email")]
    [InlineData("""{"email_confirmed":true}""", "/email_confirmed")]
    [InlineData("""{"role":"owner"}""", "/role")]
    public async Task WhatCannotBeChanged_IsRefused(string patch, string pointer)
    {
        var made = await Owner.PostAsync("/api/v1/users", """{"email":"ann@example.com"}""");

        var reply = await Owner.PatchAsync("/api/v1/users/" + made["id"], patch);

        Assert.Equal(422, reply.Status);
        Assert.Equal([pointer], reply.Pointers);
    }
}

public sealed class SqliteUsersApiTests() : UsersApiTests(StoreProvider.Sqlite);

public sealed class PostgresUsersApiTests() : UsersApiTests(StoreProvider.Postgres);
