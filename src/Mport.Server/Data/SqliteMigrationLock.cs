using Mport.Protocol.Errors;

namespace Mport.Server.Data;

/// <summary>
/// Held while a SQLite file is made or migrated, so that an edge and a command which start together do not both do it. A file lock, since it ends
/// with its process: EF Core's own lock is a row, which a killed migration leaves behind for ever (REL-57).
/// </summary>
internal sealed class SqliteMigrationLock : IAsyncDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    /// <summary>How long to wait for another process's migration. The longest one rewrites a table of the size of the database.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly FileStream _file;

    private SqliteMigrationLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock beside the database file and takes it.</summary>
    /// <exception cref="EdgeStartException">The folder cannot be written, or the wait took too long.</exception>
    public static async Task<SqliteMigrationLock> TakeAsync(string databasePath, TimeProvider time, CancellationToken cancellationToken)
    {
        var path = databasePath + ".lock";
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new SqliteMigrationLock(EdgeFiles.Open(path, FileMode.OpenOrCreate, FileShare.None));
            }
            catch (UnauthorizedAccessException denied)
            {
                throw new EdgeStartException(Failure.Of(EdgeErrors.DatabaseUnusable, $"{path} cannot be written."), denied);
            }
            catch (IOException busy) when (busy is DirectoryNotFoundException || time.GetElapsedTime(began) > _patience)
            {
                throw new EdgeStartException(Failure.Of(EdgeErrors.DatabaseUnusable, $"{path} cannot be locked: {busy.Message}"), busy);
            }
            catch (IOException)
            {
                // The holder is another process: nothing tells us when it ends.
                await Task.Delay(_pause, time, cancellationToken);
            }
        }
    }

    /// <summary>Gives the lock up.</summary>
    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
