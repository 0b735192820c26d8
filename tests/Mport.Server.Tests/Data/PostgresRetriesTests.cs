using Mport.Server.Accounts;
using Mport.Server.Data;
using Mport.Server.Tests.Kit;
using Mport.Server.Traffic;
using Mport.Testing;
using Npgsql;

namespace Mport.Server.Tests.Data;

/// <summary>What PostgreSQL undoes in favour of somebody else is done again, once and whole: with real deadlocks and real serialization failures.</summary>
public sealed class PostgresRetriesTests : IAsyncLifetime
{
    private static readonly DateTimeOffset _noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TokenId _key = new("key_01J00000000000000000000001");
    private static readonly TunnelId[] _tunnels = [new("tun_01J00000000000000000000001"), new("tun_01J00000000000000000000002")];
    private PostgresUrl? _url;
    private EdgeDatabase? _database;

    private PostgresUrl Url => _url ?? throw new InvalidOperationException("There is no database.");

    private EdgeDatabase Database => _database ?? throw new InvalidOperationException("The database is not open.");

    public async ValueTask InitializeAsync()
    {
        _url = await (await PostgresFixture.GetAsync()).CreateMigratedAsync();
        _database = await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _database?.Dispose();
        if (_url is not null)
        {
            await (await PostgresFixture.GetAsync()).DropAsync(_url);
        }
    }

    [Fact]
    public async Task StatementThatLosesADeadlock_IsDoneAgain()
    {
        var users = new UserStore(Database.Contexts, TimeProvider.System);
        var tunnels = new TunnelStore(Database.Contexts, TimeProvider.System);
        var ann = await AddAsync(users);
        var claimed = new List<TunnelId>();
        foreach (var name in (string[])["one", "two"])
        {
            var claim = new TunnelClaim { UserId = ann, Name = name, Proto = TunnelProto.Http };
            claimed.Add(Assert.IsType<TunnelClaimResult.Claimed>(await tunnels.ClaimAsync(claim, CancellationToken.None).Limited("a tunnel")).Tunnel.Id);
        }

        await DeadlockAsync(
            $"UPDATE tunnels SET target_hint = 'x' WHERE id = '{claimed[1]}'",
            () => tunnels.TouchAsync(claimed, CancellationToken.None),
            $"UPDATE tunnels SET target_hint = 'x' WHERE id = '{claimed[0]}'");

        Assert.Equal("2", await ReadAsync("SELECT count(*) FROM tunnels WHERE target_hint = 'x' AND last_seen_at > created_at"));
    }

    [Fact]
    public async Task TransactionThatLosesADeadlock_IsBegunAgain_AndCountsOnce()
    {
        var usage = new UsageStore(Database.Contexts, TimeProvider.System);
        var ann = new UserId("usr_01J00000000000000000000001");
        await usage.WriteAsync("run_1", Batch(1, ann), CancellationToken.None).Limited("the first batch");

        await DeadlockAsync(
            $"UPDATE usage SET requests = requests + 1 WHERE tunnel_id = '{_tunnels[1]}'",
            () => usage.WriteAsync("run_1", Batch(2, ann), CancellationToken.None),
            $"UPDATE usage SET requests = requests + 1 WHERE tunnel_id = '{_tunnels[0]}'");

        // Minute, hour and day of each tunnel.
        Assert.Equal("6|20|20|1|1", await ReadAsync("SELECT count(*) || '|' || min(bytes_in) || '|' || max(bytes_in) || '|' || min(requests) || '|' || max(requests) FROM usage"));
    }

    [Fact]
    public async Task SerializationFailures_LoseNoChange()
    {
        await PostgresFixture.ExecuteAsync(Url, $"ALTER DATABASE {$"{Url}"[($"{Url}".LastIndexOf('/') + 1)..]} SET default_transaction_isolation = 'serializable'");
        using var strict = await OpenAsync();
        var users = new UserStore(strict.Contexts, TimeProvider.System);
        var usage = new UsageStore(strict.Contexts, TimeProvider.System);
        var ann = await AddAsync(users);
        Assert.True(EmailAddress.TryParse("ann@example.com", out var email));

        var changes = Enumerable.Range(0, 5).Select(_ => (Task)users.SetEnabledAsync(email, enabled: true, CancellationToken.None).Limited("a change"));
        var batches = Enumerable.Range(0, 5).Select(edge => usage.WriteAsync($"run_{edge}", Batch(1, ann), CancellationToken.None).Limited("a batch"));
        await Task.WhenAll([.. changes, .. batches]).Limited("all changes");

        Assert.Equal("5", await ReadAsync("SELECT security_stamp FROM users"));
        Assert.Equal("50", await ReadAsync("SELECT DISTINCT bytes_in FROM usage"));
    }

    private static UsageBatch Batch(long number, UserId user) =>
        new(number, _tunnels.ToDictionary(tunnel => new UsageMinute(new UsageKey(user, _key, tunnel), _noon), _ => new UsageCount(10, 0, 0, 0, 0, 0)));

    private static async Task<UserId> AddAsync(UserStore users)
    {
        Assert.True(EmailAddress.TryParse("ann@example.com", out var email));
        return (await users.AddAsync(new NewUser { Email = email }, CancellationToken.None).Limited("an account"))?.Id ?? throw new InvalidOperationException("There is no account.");
    }

    // Another session has what the work needs second, and then wants what the work has got first. It looks for no deadlock itself, so the work is the one that is undone.
    private async Task DeadlockAsync(string first, Func<Task> work, string second)
    {
        await using var other = new NpgsqlConnection(Url.ConnectionString.Reveal() + ";Pooling=false");
        await other.OpenAsync(TestContext.Current.CancellationToken).Limited("another session");
        await RunAsync(other, "SET deadlock_timeout = '10min'").Limited("its patience");
        await RunAsync(other, "BEGIN").Limited("its transaction");
        await RunAsync(other, first).Limited("its first lock");
        var working = work();
        await Within.UntilAsync(
            async () => await ReadAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") != "0", "the work to wait for the other session");
        await RunAsync(other, second).Limited("the work to be undone in favour of the other session");
        Assert.False(working.IsCompleted);
        await RunAsync(other, "COMMIT").Limited("its end");
        await working.Limited("the work to be done again");
    }

    private static async Task RunAsync(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private async Task<string> ReadAsync(string query)
    {
        await using var connection = new NpgsqlConnection(Url.ConnectionString.Reveal() + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken).Limited("a connection");
        await using var command = new NpgsqlCommand(query, connection);
        return $"{await command.ExecuteScalarAsync(TestContext.Current.CancellationToken).Limited(query)}";
    }

    private Task<EdgeDatabase> OpenAsync() => EdgeDatabase.OpenAsync(Url, TimeProvider.System, TestContext.Current.CancellationToken).Limited("the database to open");
}
