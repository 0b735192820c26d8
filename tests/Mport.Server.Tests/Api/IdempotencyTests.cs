using Microsoft.EntityFrameworkCore;
using Mport.Server.Data;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Api;

public abstract class IdempotencyTests(StoreProvider provider) : IAsyncLifetime
{
    private const string Body = """{"name":"ci"}""";
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
    public async Task RequestSentAgain_GetsTheSameAnswer_AndDoesNothing()
    {
        var first = await Owner.PostAsync("/api/v1/tokens", Body, ("Idempotency-Key", "k1"));
        var second = await Owner.PostAsync("/api/v1/tokens", Body, ("Idempotency-Key", "k1"));

        Assert.Equal(201, second.Status);
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(first.Headers["Location"], second.Headers["Location"]);
        Assert.Equal("true", second.Headers["Idempotency-Replayed"]);
        Assert.Equal(2, (await Owner.GetAsync("/api/v1/tokens")).Json.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task KeyOfAnotherRequest_IsRefused()
    {
        await Owner.PostAsync("/api/v1/tokens", Body, ("Idempotency-Key", "k1"));

        var other = await Owner.PostAsync("/api/v1/tokens", """{"name":"other"}""", ("Idempotency-Key", "k1"));

        Assert.Equal((422, "MP-1509"), (other.Status, other.Code));
    }

    [Fact]
    public async Task ManyAtOnce_DoItOnce()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Owner.PostAsync("/api/v1/tokens", Body, ("Idempotency-Key", "k1"))));

        Assert.All(replies, reply => Assert.True(reply is { Status: 201 } or { Status: 409, Code: "MP-1510" }));
        Assert.Contains(replies, reply => reply.Status == 201);
        Assert.Equal(2, (await Owner.GetAsync("/api/v1/tokens")).Json.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task RequestThatFailed_CanBeMendedUnderItsKey()
    {
        var wrong = await Owner.PostAsync("/api/v1/tokens", """{"name":""}""", ("Idempotency-Key", "k1"));
        var right = await Owner.PostAsync("/api/v1/tokens", Body, ("Idempotency-Key", "k1"));

        Assert.Equal(422, wrong.Status);
        Assert.Equal(201, right.Status);
    }

    [Fact]
    public async Task KeyOfAnotherAccount_IsAnotherKey()
    {
        using var ann = new ApiUser(Edge, await Edge.AddAccountAsync("ann@example.com"));
        var first = await Owner.PostAsync("/api/v1/tokens", Body, ("Idempotency-Key", "k1"));

        var other = await ann.PostAsync("/api/v1/tokens", Body, ("Idempotency-Key", "k1"));

        Assert.Equal(201, other.Status);
        Assert.NotEqual(first["id"], other["id"]);
    }

    [Fact]
    public async Task KeptAnswer_HoldsNoTokenInTheClear() // SEC-65
    {
        var made = await Owner.PostAsync("/api/v1/tokens", Body, ("Idempotency-Key", "secret-key-1"));
        using var database = await EdgeDatabase.OpenExistingAsync(Edge.Data.Settings.Database, TimeProvider.System, TestContext.Current.CancellationToken).Limited("the database");
        await using var context = database.Contexts.CreateDbContext();

        var row = Assert.Single(await context.IdempotentRequests.ToListAsync(TestContext.Current.CancellationToken).Limited("what is kept"));

        var stored = Convert.ToHexString([.. row.KeyHash, .. row.RequestHash, .. row.Answer ?? []]);
        Assert.True(stored.Length > 400);
        Assert.DoesNotContain(Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(made["token"] ?? "?")), stored, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexString("secret-key-1"u8), stored, StringComparison.Ordinal);
    }
}

public sealed class SqliteIdempotencyTests() : IdempotencyTests(StoreProvider.Sqlite);

public sealed class PostgresIdempotencyTests() : IdempotencyTests(StoreProvider.Postgres);
