using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;

namespace Mport.Server.Data;

/// <summary>The opened database: of this version, and fit for use.</summary>
internal sealed class EdgeDatabase : IDisposable
{
    private readonly string _path;

    private EdgeDatabase(string path)
    {
        _path = path;
        Contexts = new SqliteContexts(path);
    }

    /// <summary>Where the stores get their contexts.</summary>
    public IDbContextFactory<EdgeDbContext> Contexts { get; }

    /// <summary>Looks at a database without changing it.</summary>
    public static SqliteInspection Inspect(DatabaseUrl url)
    {
        // Only the list of migrations is asked for, so no file is opened.
        using var context = new SqliteContexts(url.Path).CreateDbContext();
        return SqliteInspection.Of(url.Path, [.. context.Database.GetMigrations()]);
    }

    /// <summary>Opens the database; makes it or brings it up to date where needed.</summary>
    /// <exception cref="EdgeStartException">It is damaged, newer, not ours, or cannot be written. The file was not changed.</exception>
    public static async Task<EdgeDatabase> OpenAsync(DatabaseUrl url, TimeProvider time, CancellationToken cancellationToken)
    {
        var database = new EdgeDatabase(url.Path);
        try
        {
            if (!IsCurrent(Inspect(url)))
            {
                using (await MigrationLock.TakeAsync(url.Path, time, cancellationToken))
                {
                    // Who held the lock before may have done the work.
                    if (!IsCurrent(Inspect(url)))
                    {
                        await database.MigrateAsync(cancellationToken);
                    }
                }
            }

            return database;
        }
        catch (Exception failed) when (failed is SqliteException or IOException or UnauthorizedAccessException)
        {
            database.Dispose();
            throw new EdgeStartException(Failure.Of(EdgeErrors.DatabaseUnusable, $"{url.Path} cannot be made or brought up to date: {failed.Message}"), failed);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Closes the connections that are kept for reuse; the last one to close empties the write-ahead log into the file.</summary>
    public void Dispose()
    {
        using var connection = new SqliteConnection(SqliteContexts.ConnectionString(_path, SqliteOpenMode.ReadWrite, pooling: true));
        SqliteConnection.ClearPool(connection);
    }

    private static bool IsCurrent(SqliteInspection found) => found.State switch
    {
        DatabaseState.Unusable => throw new EdgeStartException(Failure.Of(EdgeErrors.DatabaseUnusable, found.Detail)),
        DatabaseState.Newer => throw new EdgeStartException(Failure.Of(EdgeErrors.DatabaseTooNew, found.Detail)),
        _ => found.State is DatabaseState.Current,
    };

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        // SQLite gives its journals the mode of the database file.
        await EdgeFiles.Open(_path, FileMode.OpenOrCreate, FileShare.ReadWrite).DisposeAsync();
        await using var context = await Contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);

        // Left by a migration that was killed; nobody else can hold it, since we hold the file lock.
        await context.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
        await context.Database.MigrateAsync(cancellationToken);
    }
}
