using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Data;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Data;

public sealed class EdgeDatabaseTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SqliteUrl _url;

    public EdgeDatabaseTests()
    {
        Directory.CreateDirectory(_folder.Path);
        _url = DatabaseUrl.InFolder(_folder.Path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task NoFile_MakesDatabaseOnlyForItsOwner()
    {
        using var database = await OpenAsync();

        await using var context = database.Contexts.CreateDbContext();
        Assert.Empty(await context.Users.ToListAsync().Limited("the accounts"));
        Assert.Equal(DatabaseState.Current, await StateAsync());
        Assert.All(Directory.GetFiles(_folder.Path, "edge.db*"), file => Assert.False(EdgeFiles.IsOpenToOthers(file), file));
    }

    [Fact]
    public async Task OpenedConnection_HasWriteAheadLogForeignKeysAndBusyTimeout() // REL-07
    {
        using var database = await OpenAsync();
        await using var context = database.Contexts.CreateDbContext();

        Assert.Equal("wal", await PragmaAsync<string>(context, "journal_mode"));
        Assert.Equal(1, await PragmaAsync<long>(context, "foreign_keys"));
        Assert.Equal(5000, await PragmaAsync<long>(context, "busy_timeout"));
    }

    [Fact]
    public async Task Model_IsWhatTheMigrationsMake()
    {
        using var database = await OpenAsync();
        await using var context = database.Contexts.CreateDbContext();

        Assert.False(context.Database.HasPendingModelChanges());
        Assert.NotEmpty(context.Database.GetMigrations());
    }

    [Fact]
    public async Task OpenedTwiceAtOnce_MakesOneDatabase()
    {
        var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(OpenAsync))).Limited("four openings at once");

        Assert.All(both, database => database.Dispose());
        Assert.Equal(DatabaseState.Current, await StateAsync());
    }

    [Fact]
    public async Task KilledBeforeTheFirstTable_IsANewDatabase() // REL-57
    {
        await File.WriteAllBytesAsync(_url.Path, []);

        Assert.Equal(DatabaseState.New, await StateAsync());
        (await OpenAsync()).Dispose();
        Assert.Equal(DatabaseState.Current, await StateAsync());
    }

    // What a kill in the middle of EF Core's migration leaves: its lock row is held for ever.
    [Fact]
    public async Task KilledWhileMigrating_NextOpeningFinishes() // REL-57
    {
        Execute("""
            CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
            INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00');
            CREATE TABLE "__EFMigrationsHistory" ("MigrationId" TEXT NOT NULL PRIMARY KEY, "ProductVersion" TEXT NOT NULL);
            """);
        Assert.Equal(DatabaseState.Older, await StateAsync());

        using var database = await OpenAsync();

        Assert.Equal(DatabaseState.Current, await StateAsync());
    }

    [Fact]
    public async Task UnknownMigration_IsTooNewAndLeftAlone() // REL-09
    {
        (await OpenAsync()).Dispose();
        Execute("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_Later', '99.0')");

        await AssertRefusedAsync(EdgeErrors.DatabaseTooNew);
    }

    [Fact]
    public async Task OtherProgramsDatabase_IsRefusedAndLeftAlone() // REL-09
    {
        Execute("CREATE TABLE recipes (id INTEGER); INSERT INTO recipes VALUES (1);");

        await AssertRefusedAsync(EdgeErrors.DatabaseUnusable);
    }

    [Fact]
    public async Task OtherProgramsMigrations_AreRefusedAndLeftAlone()
    {
        Execute("""
            CREATE TABLE "__EFMigrationsHistory" ("MigrationId" TEXT NOT NULL PRIMARY KEY, "ProductVersion" TEXT NOT NULL);
            INSERT INTO "__EFMigrationsHistory" VALUES ('20200101000000_Recipes', '5.0');
            """);

        await AssertRefusedAsync(EdgeErrors.DatabaseUnusable);
    }

    [Fact]
    public async Task TextFile_IsRefusedAndLeftAlone() // REL-09
    {
        await File.WriteAllTextAsync(_url.Path, "This is not a database, but it is somebody's only copy.");

        await AssertRefusedAsync(EdgeErrors.DatabaseUnusable);
    }

    [Fact]
    public async Task TruncatedFile_IsRefusedAndLeftAlone() // REL-09
    {
        (await OpenAsync()).Dispose();
        await using (var file = new FileStream(_url.Path, FileMode.Open))
        {
            file.SetLength(file.Length / 2);
        }

        await AssertRefusedAsync(EdgeErrors.DatabaseUnusable);
    }

    [Fact]
    public async Task DamagedPage_IsRefusedAndLeftAlone() // REL-09
    {
        (await OpenAsync()).Dispose();
        await using (var file = new FileStream(_url.Path, FileMode.Open))
        {
            file.Position = 4096;
            await file.WriteAsync(Enumerable.Repeat((byte)0xA5, 8192).ToArray());
        }

        await AssertRefusedAsync(EdgeErrors.DatabaseUnusable);
    }

    [Fact]
    public async Task FolderMissing_IsRefused()
    {
        Assert.Null(DatabaseUrl.Parse("sqlite:" + _folder.File("no/such/folder/edge.db"), "/", _folder.Path, out var url));

        var refused = await Assert.ThrowsAsync<EdgeStartException>(() => EdgeDatabase.OpenAsync(url, TimeProvider.System, CancellationToken.None).Limited("the refusal"));

        Assert.Equal(EdgeErrors.DatabaseUnusable.Code, refused.Failure.Code);
    }

    // The schema in which a tunnel had one port, and the kind said which protocol it was of.
    [Fact]
    public async Task DatabaseOfOnePortColumn_KeepsItsTunnelsAndTheirPorts()
    {
        await using (var old = new SqliteContexts(_url.Path).CreateDbContext())
        {
            await File.WriteAllBytesAsync(_url.Path, []);
            await old.Database.MigrateAsync("20261122120510_Initial").Limited("the old schema");
        }

        Execute("""
            INSERT INTO users (id, email, normalized_email, is_admin, is_owner, created_at) VALUES ('usr_a', 'a@example.com', 'A@EXAMPLE.COM', 0, 0, 1);
            INSERT INTO tunnels (id, user_id, name, proto, subdomain, port, port_chosen_by_user, created_at, last_seen_at) VALUES
                ('tun_web', 'usr_a', 'web', 'http', 'shop', NULL, 0, 1, 2),
                ('tun_ssh', 'usr_a', 'ssh', 'tcp', NULL, 20001, 1, 1, 2),
                ('tun_dns', 'usr_a', 'dns', 'udp', NULL, 20001, 0, 1, 2);
            """);
        Assert.Equal(DatabaseState.Older, await StateAsync());

        using var database = await OpenAsync();

        await using var context = database.Contexts.CreateDbContext();
        Assert.Equal(
            ["dns udp  - 20001 False", "ssh tcp  20001 - True", "web http shop - - False"],
            (await context.Tunnels.OrderBy(t => t.Name).ToListAsync().Limited("the tunnels"))
                .Select(t => $"{t.Name} {t.Proto.ToText()} {t.Subdomain} {Text(t.TcpPort)} {Text(t.UdpPort)} {t.PortChosenByUser}"));

        static string Text(int? port) => port is { } number ? $"{number}" : "-";
    }

    private static async Task<T> PragmaAsync<T>(EdgeDbContext context, string name)
    {
        await context.Database.OpenConnectionAsync();
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = "PRAGMA " + name;
        return Assert.IsType<T>(await command.ExecuteScalarAsync().Limited(name));
    }

    private async Task<DatabaseState> StateAsync() => (await EdgeDatabase.InspectAsync(_url, CancellationToken.None).Limited("the look")).State;

    private Task<EdgeDatabase> OpenAsync() => EdgeDatabase.OpenAsync(_url, TimeProvider.System, CancellationToken.None).Limited("the database to open");

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection(SqliteContexts.ConnectionString(_url.Path, SqliteOpenMode.ReadWriteCreate, pooling: false));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private async Task AssertRefusedAsync(ErrorDescription expected)
    {
        var before = await File.ReadAllBytesAsync(_url.Path);

        var refused = await Assert.ThrowsAsync<EdgeStartException>(OpenAsync);

        Assert.Equal(expected.Code, refused.Failure.Code);
        Assert.Equal(before, await File.ReadAllBytesAsync(_url.Path));
    }
}
