using Microsoft.EntityFrameworkCore;

namespace Mport.Server.Data;

/// <summary>One kind of database: all that differs between them and that EF Core does not know. Disposing closes the connections kept for reuse.</summary>
internal interface IDatabaseEngine : IDisposable
{
    /// <summary>Where the stores get their contexts.</summary>
    IDbContextFactory<EdgeDbContext> Contexts { get; }

    /// <summary>Looks at the database without changing it. What stands in the way of a look is part of the answer, never an exception.</summary>
    Task<DatabaseInspection> InspectAsync(CancellationToken cancellationToken);

    /// <summary>Waits until nobody else makes or migrates this database, and keeps the others out until disposed. It ends with its process.</summary>
    /// <exception cref="EdgeStartException">The lock cannot be had.</exception>
    Task<IAsyncDisposable> LockAsync(TimeProvider time, CancellationToken cancellationToken);

    /// <summary>Makes the database's tables, or brings them up to date. The caller holds the lock.</summary>
    Task MigrateAsync(CancellationToken cancellationToken);
}
