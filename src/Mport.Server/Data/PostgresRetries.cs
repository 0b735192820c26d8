using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Mport.Server.Data;

/// <summary>
/// Does a statement again that PostgreSQL undid in favour of another: a deadlock or a serialization failure. Within a transaction of the
/// caller's own all of it was undone, so there the caller begins again (<see cref="EdgeDbContext.IsLostRace"/>).
/// </summary>
/// <remarks>
/// A lost connection is not tried again here: whether the statement was done before the loss is unknown, and a counter must not be added to
/// twice. The failed statement empties the pool, so the next one finds a new connection; who asked is told to try again.
/// </remarks>
internal sealed class PostgresRetries(ExecutionStrategyDependencies dependencies) : ExecutionStrategy(dependencies, MaxRetries, _longest)
{
    /// <summary>Each time somebody else got through, so this is never near.</summary>
    private const int MaxRetries = 10;

    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _longest = _step * MaxRetries;

    private bool IsInTransaction => Dependencies.CurrentContext.Context.Database.CurrentTransaction is not null;

    // The base refuses transactions of the caller's own; here they are allowed, and their statements not tried again. (To answer RetriesOnFailure
    // by the transaction instead ends in a deadlock: EF Core asks while it makes the services that know the transaction.)
    /// <inheritdoc />
    protected override void OnFirstExecution() => ExceptionsEncountered.Clear();

    // After the last try the failure itself is what the caller sees, not a wrapper around it.
    /// <inheritdoc />
    protected override bool ShouldRetryOn(Exception exception) =>
        !IsInTransaction && ExceptionsEncountered.Count < MaxRetries && NpgsqlEdgeDbContext.WasUndone(exception);

    /// <inheritdoc />
    protected override TimeSpan? GetNextDelay(Exception lastException) => _step * ExceptionsEncountered.Count;
}
