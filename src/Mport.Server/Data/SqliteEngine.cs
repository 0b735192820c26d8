using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Mport.Server.Data;

/// <summary>A SQLite file as the edge's database.</summary>
internal sealed class SqliteEngine(string path) : IDatabaseEngine
{
    /// <inheritdoc />
    public IDbContextFactory<EdgeDbContext> Contexts { get; } = new SqliteContexts(path);

    /// <inheritdoc />
    public Task<DatabaseInspection> InspectAsync(CancellationToken cancellationToken)
    {
        // Only the list of migrations is asked for, so no file is opened.
        using var context = Contexts.CreateDbContext();
        return Task.FromResult(SqliteFile.Inspect(path, [.. context.Database.GetMigrations()]));
    }

    /// <inheritdoc />
    public async Task<IAsyncDisposable> LockAsync(TimeProvider time, CancellationToken cancellationToken) =>
        await SqliteMigrationLock.TakeAsync(path, time, cancellationToken);

    /// <inheritdoc />
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        // SQLite gives its journals the mode of the database file.
        await EdgeFiles.Open(path, FileMode.OpenOrCreate, FileShare.ReadWrite).DisposeAsync();
        await using var context = await Contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);

        // Left by a migration that was killed; nobody else can hold it, since we hold the file lock.
        await context.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
        await context.Database.MigrateAsync(cancellationToken);
    }

    /// <summary>Closes the connections that are kept for reuse; the last one to close empties the write-ahead log into the file.</summary>
    public void Dispose()
    {
        using var connection = new SqliteConnection(SqliteContexts.ConnectionString(path, SqliteOpenMode.ReadWrite, pooling: true));
        SqliteConnection.ClearPool(connection);
    }
}
