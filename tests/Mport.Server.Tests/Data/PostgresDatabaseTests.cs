using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Data;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Data;

public sealed class PostgresDatabaseTests : IAsyncLifetime
{
    private PostgresUrl? _url;

    private PostgresUrl Url => _url ?? throw new InvalidOperationException("There is no database.");

    public async ValueTask InitializeAsync() => _url = await (await PostgresFixture.GetAsync()).CreateEmptyAsync();

    public async ValueTask DisposeAsync()
    {
        if (_url is not null)
        {
            await (await PostgresFixture.GetAsync()).DropAsync(_url);
        }
    }

    [Fact]
    public async Task EmptyDatabase_GetsItsTables()
    {
        Assert.Equal(DatabaseState.New, await StateAsync());

        using var database = await OpenAsync();

        await using var context = database.Contexts.CreateDbContext();
        Assert.Empty(await context.Users.ToListAsync().Limited("the accounts"));
        Assert.False(context.Database.HasPendingModelChanges());
        Assert.Equal(DatabaseState.Current, await StateAsync());
    }

    [Fact]
    public async Task OpenedByFourAtOnce_OneMigratesAndTheOthersWait()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync())).Limited("four openings at once");

        Assert.All(all, database => database.Dispose());
        Assert.Equal(DatabaseState.Current, await StateAsync());
    }

    [Fact]
    public async Task UnknownMigration_IsTooNew() // REL-09
    {
        (await OpenAsync()).Dispose();
        await PostgresFixture.ExecuteAsync(Url, "INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_Later', '99.0')");

        Assert.Equal(EdgeErrors.DatabaseTooNew.Code, (await RefusedAsync(Url)).Code);
    }

    [Fact]
    public async Task OtherProgramsTables_AreRefusedAndLeftAlone() // REL-09
    {
        await PostgresFixture.ExecuteAsync(Url, "CREATE TABLE recipes (id integer)");

        Assert.Equal(EdgeErrors.DatabaseUnusable.Code, (await RefusedAsync(Url)).Code);
    }

    [Fact]
    public async Task NoServerAndNoSuchDatabase_AreToldWithoutThePassword()
    {
        using var port = new ReservedPort();
        Assert.Null(PostgresUrl.Parse($"postgres://ann:hunter2@127.0.0.1:{port.Port}/mport", out var away));
        Assert.Null(PostgresUrl.Parse($"{Url}x".Replace("postgres@", "postgres:hunter2@", StringComparison.Ordinal), out var missing));
        foreach (var url in new[] { away, missing })
        {
            Assert.NotNull(url);
            var failure = await RefusedAsync(url);
            Assert.Equal(EdgeErrors.DatabaseUnreachable.Code, failure.Code);
            Assert.DoesNotContain("hunter2", failure.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ConnectionsCutByTheServer_AreReplaced() // REL-05
    {
        using var database = await OpenAsync();
        await using var context = database.Contexts.CreateDbContext();
        Assert.Equal(0, await context.Users.CountAsync().Limited("the count"));
        await PostgresFixture.ExecuteAsync(Url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

        // One statement may meet the dead connection, and is not done twice; then all is well.
        await Record.ExceptionAsync(() => context.Users.CountAsync().Limited("the failure"));

        Assert.Equal(0, await context.Users.CountAsync().Limited("the count"));
    }

    private static async Task<Failure> RefusedAsync(PostgresUrl url) =>
        (await Assert.ThrowsAsync<EdgeStartException>(() => EdgeDatabase.OpenAsync(url, TimeProvider.System, CancellationToken.None).Limited("the refusal"))).Failure;

    private async Task<DatabaseState> StateAsync() => (await EdgeDatabase.InspectAsync(Url, CancellationToken.None).Limited("the look")).State;

    private Task<EdgeDatabase> OpenAsync() => EdgeDatabase.OpenAsync(Url, TimeProvider.System, CancellationToken.None).Limited("the database to open");
}
