using Microsoft.EntityFrameworkCore;
using Mport.Server.Data;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Data.Plans;

/// <summary>A database with 100,000 rows in each table that is listed, made once for the tests that look at plans.</summary>
public abstract class CrowdedDatabase(StoreProvider provider) : IAsyncLifetime
{
    /// <summary>Rows of each table.</summary>
    private const int Rows = 100_000;

    /// <summary>Accounts that have tunnels, as many as one may have, and usage and events.</summary>
    private const int Accounts = 100;

    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(3);
    private readonly TempFolder _folder = new();
    private PostgresFixture? _server;
    private PostgresUrl? _postgres;
    private EdgeDatabase? _database;

    /// <summary>Which one it is.</summary>
    public StoreProvider Provider => provider;

    /// <summary>An id as the rows have it.</summary>
    public static string Id(string prefix, int number) => $"{prefix}_{number:D26}";

    /// <summary>When the rows begin.</summary>
    public static DateTimeOffset Beginning { get; } = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    /// <summary>Contexts whose queries are explained.</summary>
    internal IDbContextFactory<EdgeDbContext> Explained(PlanReader plans) => new ExplainedContexts(() => _postgres is null
        ? new SqliteEdgeDbContext(new DbContextOptionsBuilder<SqliteEdgeDbContext>()
            .UseSqlite(SqliteContexts.ConnectionString(DatabaseUrl.InFolder(_folder.Path).Path, Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite, pooling: true))
            .AddInterceptors(plans).Options)
        : new NpgsqlEdgeDbContext(PostgresContexts.Options(_postgres.ConnectionString).AddInterceptors(plans).Options));

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_folder.Path);
        _server = provider == StoreProvider.Postgres ? await PostgresFixture.GetAsync() : null;
        _postgres = _server is null ? null : await _server.CreateMigratedAsync();
        DatabaseUrl url = _postgres is null ? DatabaseUrl.InFolder(_folder.Path) : _postgres;
        _database = await EdgeDatabase.OpenAsync(url, TimeProvider.System, TestContext.Current.CancellationToken).Limited("the database");
        await using var context = _database.Contexts.CreateDbContext();
        context.Database.SetCommandTimeout(_limit);
        foreach (var statement in Statements())
        {
            await context.Database.ExecuteSqlRawAsync(statement, TestContext.Current.CancellationToken).Limited(statement, _limit);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _database?.Dispose();
        if (_server is not null && _postgres is not null)
        {
            await _server.DropAsync(_postgres);
        }

        _folder.Dispose();
    }

    private IEnumerable<string> Statements()
    {
        yield return $"INSERT INTO users (id, email, normalized_email, is_admin, is_owner, is_auditor, created_at, security_stamp, totp_last_step) SELECT {Key("usr", "i")}, 'user' || i || '@example.com', 'user' || i || '@example.com', FALSE, FALSE, FALSE, {Time("i")}, 0, 0 {Numbers}";
        yield return $"INSERT INTO tokens (id, user_id, name, hash, scopes, created_at, networks, names, revision) SELECT {Key("key", "i")}, {Key("usr", "i % 200 + 1")}, 'token ' || i % 977, {Hash}, 'tunnels:read', {Time("i")}, '', '', 1 {Numbers}";
        yield return $"INSERT INTO tunnels (id, user_id, name, proto, subdomain, tcp_port, port_chosen_by_user, labels, revision, created_at, last_seen_at) SELECT {Key("tun", "i")}, {Key("usr", $"i % {Accounts} + 1")}, 'web-' || i, CASE WHEN i % 2 = 0 THEN 'http' ELSE 'tcp' END, CASE WHEN i % 2 = 0 THEN 'shop-' || i END, CASE WHEN i % 2 = 1 THEN i / 2 + 1 END, FALSE, '', 1, {Time("i")}, {Time("i")} {Numbers}";
        yield return $"INSERT INTO teams (id, name, made_by, created_at, revision) SELECT {Key("team", "i")}, 'team-' || i, {Key("usr", "i % 200 + 1")}, {Time("i")}, 1 {Numbers}";
        yield return $"INSERT INTO team_members (team_id, user_id, is_manager, added_at) SELECT {Key("team", "i")}, {Key("usr", "i")}, TRUE, {Time("i")} {Numbers}";
        yield return $"INSERT INTO team_members (team_id, user_id, is_manager, added_at) SELECT {Key("team", "i")}, {Key("usr", $"i % {Rows / 2} + 1")}, FALSE, {Time("i")} {Numbers}";
        yield return $"INSERT INTO tunnels (id, user_id, team_id, name, proto, subdomain, port_chosen_by_user, labels, revision, created_at, last_seen_at) SELECT {Key("tun", $"i + {Rows}")}, {Key("usr", $"i % {Accounts} + 1")}, {Key("team", $"i % {Accounts} + 1")}, 'web-' || i, 'http', 'team-shop-' || i, FALSE, '', 1, {Time("i")}, {Time("i")} {Numbers}";
        yield return $"INSERT INTO domains (id, user_id, name, created_at) SELECT {Key("dom", "i")}, {Key("usr", $"i % {Accounts} + 1")}, 'shop' || i || '.example.com', {Time("i")} {Numbers}";
        yield return $"INSERT INTO domain_tokens (user_id, token) SELECT {Key("usr", "i")}, 'token-' || i {Numbers}";
        yield return $"INSERT INTO tunnel_hosts (host, path, tunnel_id, domain_id) SELECT 'shop' || i || '.example.com', '', {Key("tun", "i")}, {Key("dom", "i")} {Numbers}";
        yield return $"INSERT INTO reservations (id, user_id, subdomain, created_at) SELECT {Key("res", "i")}, {Key("usr", $"i % {Accounts} + 1")}, 'kept-' || i, {Time("i")} {Numbers}";
        yield return $"INSERT INTO invitations (id, hash, email, role, created_at, expires_at) SELECT {Key("inv", "i")}, {Hash}, 'guest' || i || '@example.com', 'member', {Time("i")}, {Time("i + 600000")} {Numbers}";
        yield return $"INSERT INTO web_sessions (id, hash, user_id, security_stamp, awaits_code, created_at, last_seen_at, expires_at, address, user_agent) SELECT {Key("web", "i")}, {Hash}, {Key("usr", "i % 2000 + 1")}, 0, FALSE, {Time("i")}, {Time("i")}, {Time("i + 600000")}, '127.0.0.1', 'x' {Numbers}";
        yield return $"INSERT INTO quotas (kind, subject_id, tunnels, updated_at) SELECT 'tunnel', {Key("tun", "i")}, 1, {Time("i")} {Numbers}";
        yield return $"INSERT INTO events (sequence, id, at, kind, is_audit, actor_kind, actor_id, actor_name, account_id, subject_kind, subject_id, subject_name, hash) SELECT i, {Key("evt", "i")}, {Time("i")}, CASE WHEN i % 1000 = 0 THEN 'token.created' ELSE 'tunnel.opened' END, i % 10 = 0, 'user', {Key("usr", $"i % {Accounts} + 1")}, 'user', {Key("usr", $"i % {Accounts} + 1")}, 'tunnel', {Key("tun", "i % 1000")}, 'web', {Hash} {Numbers}";
        yield return $"INSERT INTO usage (step, start, account_id, token_id, tunnel_id, bytes_in, bytes_out, connections, requests, datagrams_in, datagrams_out) SELECT 60, 1800000000 + i / 1000 * 60, {Key("usr", $"i % {Accounts} + 1")}, {Key("key", "i % 1000")}, {Key("tun", "i % 1000")}, 1, 1, 1, 1, 1, 1 {Numbers}";

        // PostgreSQL does it by itself after a while; SQLite never does.
        if (provider == StoreProvider.Postgres)
        {
            yield return "ANALYZE";
        }
    }

    private string Numbers => provider == StoreProvider.Sqlite
        ? $"FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows}) SELECT i FROM n)"
        : $"FROM generate_series(1, {Rows}) AS n(i)";

    private string Hash => provider == StoreProvider.Sqlite ? "CAST(printf('%032d', i) AS BLOB)" : "decode(lpad(i::text, 64, '0'), 'hex')";

    private string Key(string prefix, string number) => provider == StoreProvider.Sqlite ? $"printf('{prefix}_%026d', {number})" : $"'{prefix}_' || lpad(({number})::text, 26, '0')";

    private string Time(string seconds) => provider == StoreProvider.Sqlite ? $"(1800000000 + {seconds}) * 1000" : $"to_timestamp(1800000000 + {seconds})";

    private sealed class ExplainedContexts(Func<EdgeDbContext> create) : IDbContextFactory<EdgeDbContext>
    {
        public EdgeDbContext CreateDbContext() => create();
    }
}

/// <summary>In SQLite.</summary>
public sealed class CrowdedSqlite() : CrowdedDatabase(StoreProvider.Sqlite);

/// <summary>In PostgreSQL.</summary>
public sealed class CrowdedPostgres() : CrowdedDatabase(StoreProvider.Postgres);
