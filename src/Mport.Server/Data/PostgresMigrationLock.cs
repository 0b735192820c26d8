using Mport.Protocol.Errors;
using Npgsql;

namespace Mport.Server.Data;

/// <summary>
/// Held while a PostgreSQL database is made or migrated: of two edges that start together, one migrates and the other waits. An advisory lock,
/// which ends with its connection, and so with its process.
/// </summary>
internal sealed class PostgresMigrationLock : IAsyncDisposable
{
    /// <summary>Any number that no other program takes: "mport" in ASCII. Advisory locks belong to one database.</summary>
    private const long Key = 0x6D_70_6F_72_74;

    /// <summary>Seconds to wait for another process's migration.</summary>
    private const int Patience = 60;

    private readonly NpgsqlConnection _connection;

    private PostgresMigrationLock(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Waits for the lock and takes it.</summary>
    /// <exception cref="EdgeStartException">The wait took too long.</exception>
    public static async Task<PostgresMigrationLock> TakeAsync(PostgresUrl url, CancellationToken cancellationToken)
    {
        // A connection of its own that ends here: given back to the pool, it would keep the lock.
        var text = new NpgsqlConnectionStringBuilder(url.ConnectionString.Reveal()) { Pooling = false, CommandTimeout = 0 }.ConnectionString;
        var connection = new NpgsqlConnection(text);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand($"SET lock_timeout = '{Patience}s'; SELECT pg_advisory_lock({Key})", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return new PostgresMigrationLock(connection);
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            await connection.DisposeAsync();
            throw new EdgeStartException(Failure.Of(EdgeErrors.DatabaseUnusable, $"Another process has been migrating {url} for {Patience} s."), busy);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gives the lock up.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
