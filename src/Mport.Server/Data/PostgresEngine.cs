using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Mport.Server.Data;

/// <summary>A database on a PostgreSQL server as the edge's.</summary>
internal sealed class PostgresEngine(PostgresUrl url) : IDatabaseEngine
{
    private const string Tables = "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()";
    private const string Applied = $"SELECT \"MigrationId\" FROM \"{DatabaseInspection.HistoryTable}\"";

    private readonly string _connection = url.ConnectionString.Reveal();

    /// <inheritdoc />
    public IDbContextFactory<EdgeDbContext> Contexts { get; } = new PostgresContexts(url.ConnectionString);

    /// <inheritdoc />
    public async Task<DatabaseInspection> InspectAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Only the list of migrations is asked for, so the context does not connect.
            await using var context = await Contexts.CreateDbContextAsync(cancellationToken);
            await using var connection = new NpgsqlConnection(_connection);
            await connection.OpenAsync(cancellationToken);
            var tables = await ReadAsync(connection, Tables, cancellationToken);
            var applied = tables.Contains(DatabaseInspection.HistoryTable) ? await ReadAsync(connection, Applied, cancellationToken) : [];
            return DatabaseInspection.Of($"{url}", tables, applied, [.. context.Database.GetMigrations()]);
        }
        catch (NpgsqlException away)
        {
            // The server's own words, such as: database "mport" does not exist.
            var why = away is PostgresException refused ? refused.MessageText : away.InnerException?.Message ?? away.Message;
            return new(DatabaseState.Unreachable, $"{url} cannot be used: {why.TrimEnd('.')}.");
        }
    }

    /// <inheritdoc />
    public async Task<IAsyncDisposable> LockAsync(TimeProvider time, CancellationToken cancellationToken) =>
        await PostgresMigrationLock.TakeAsync(url, cancellationToken);

    /// <inheritdoc />
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var context = await Contexts.CreateDbContextAsync(cancellationToken);

        // A step may rewrite a large table: it takes as long as it takes.
        context.Database.SetCommandTimeout(TimeSpan.Zero);
        await context.Database.MigrateAsync(cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        using var connection = new NpgsqlConnection(_connection);
        NpgsqlConnection.ClearPool(connection);
    }

    private static async Task<List<string>> ReadAsync(NpgsqlConnection connection, string query, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(query, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var values = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            values.Add(reader.GetString(0));
        }

        return values;
    }
}
