using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Mport.Protocol.Identity;

namespace Mport.Server.Data;

/// <summary>Hands out pooled contexts on one PostgreSQL database.</summary>
internal sealed class PostgresContexts : IDbContextFactory<EdgeDbContext>
{
    /// <summary>Contexts kept for reuse: as many as there are connections by default, and some that wait for one.</summary>
    private const int PoolSize = 32;

    private readonly PooledDbContextFactory<NpgsqlEdgeDbContext> _pool;

    /// <summary>Contexts on a database; nothing is opened yet.</summary>
    public PostgresContexts(Secret connectionString) => _pool = new PooledDbContextFactory<NpgsqlEdgeDbContext>(Options(connectionString).Options, PoolSize);

    /// <summary>How a context reaches the database.</summary>
    public static DbContextOptionsBuilder<NpgsqlEdgeDbContext> Options(Secret connectionString) => new DbContextOptionsBuilder<NpgsqlEdgeDbContext>()
        .UseNpgsql(connectionString.Reveal(), npgsql => npgsql.ExecutionStrategy(dependencies => new PostgresRetries(dependencies)));

    /// <inheritdoc />
    public EdgeDbContext CreateDbContext() => _pool.CreateDbContext();

    /// <inheritdoc />
    public async Task<EdgeDbContext> CreateDbContextAsync(CancellationToken cancellationToken = default) => await _pool.CreateDbContextAsync(cancellationToken);
}
