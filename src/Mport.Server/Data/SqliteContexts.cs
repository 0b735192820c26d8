using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Mport.Server.Data;

/// <summary>Hands out pooled contexts on one SQLite file.</summary>
internal sealed class SqliteContexts : IDbContextFactory<EdgeDbContext>
{
    /// <summary>Contexts kept for reuse. Calls hold one for well under a millisecond, so more would lie idle.</summary>
    private const int PoolSize = 32;

    /// <summary>Seconds that a statement waits for another writer before it fails.</summary>
    private const int BusySeconds = 5;

    private readonly PooledDbContextFactory<SqliteEdgeDbContext> _pool;

    /// <summary>Contexts on a file that exists.</summary>
    public SqliteContexts(string path) => _pool = new PooledDbContextFactory<SqliteEdgeDbContext>(
        new DbContextOptionsBuilder<SqliteEdgeDbContext>()
            .UseSqlite(ConnectionString(path, SqliteOpenMode.ReadWrite, pooling: true))
            .AddInterceptors(new SqliteBusyTimeout(TimeSpan.FromSeconds(BusySeconds)))
            .Options,
        PoolSize);

    /// <summary>
    /// The connection string of a file. The file is never made by opening it: that is done with the right mode first, and a file deleted under
    /// a running edge must be an error, not an empty database.
    /// </summary>
    public static string ConnectionString(string path, SqliteOpenMode mode, bool pooling) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = mode,
        Pooling = pooling,
        ForeignKeys = true,
        DefaultTimeout = BusySeconds,
    }.ToString();

    /// <inheritdoc />
    public EdgeDbContext CreateDbContext() => _pool.CreateDbContext();

    /// <inheritdoc />
    public async Task<EdgeDbContext> CreateDbContextAsync(CancellationToken cancellationToken = default) => await _pool.CreateDbContextAsync(cancellationToken);
}
