using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;

namespace Mport.Server.Data;

/// <summary>The opened database: of this version, and fit for use.</summary>
internal sealed class EdgeDatabase : IDisposable
{
    private readonly IDatabaseEngine _engine;

    private EdgeDatabase(IDatabaseEngine engine) => _engine = engine;

    /// <summary>Where the stores get their contexts.</summary>
    public IDbContextFactory<EdgeDbContext> Contexts => _engine.Contexts;

    /// <summary>Looks at a database without changing it.</summary>
    public static async Task<DatabaseInspection> InspectAsync(DatabaseUrl url, CancellationToken cancellationToken)
    {
        using var engine = url.CreateEngine();
        return await engine.InspectAsync(cancellationToken);
    }

    /// <summary>Opens the database; makes it or brings it up to date where needed.</summary>
    /// <exception cref="EdgeStartException">It is damaged, newer, not ours, away, or cannot be written. It was not changed.</exception>
    public static Task<EdgeDatabase> OpenAsync(DatabaseUrl url, TimeProvider time, CancellationToken cancellationToken) =>
        OpenAsync(url, mustExist: false, time, cancellationToken);

    /// <summary>Opens a database that is there already.</summary>
    /// <exception cref="EdgeStartException">There is none, or it cannot be used.</exception>
    public static Task<EdgeDatabase> OpenExistingAsync(DatabaseUrl url, TimeProvider time, CancellationToken cancellationToken) =>
        OpenAsync(url, mustExist: true, time, cancellationToken);

    /// <summary>Closes the connections that are kept for reuse.</summary>
    public void Dispose() => _engine.Dispose();

    private static async Task<EdgeDatabase> OpenAsync(DatabaseUrl url, bool mustExist, TimeProvider time, CancellationToken cancellationToken)
    {
        var engine = url.CreateEngine();
        try
        {
            var found = await LookAsync(engine, cancellationToken);
            if (mustExist && found is DatabaseState.New)
            {
                throw new EdgeStartException(new Failure(
                    EdgeErrors.DatabaseUnusable.Code, $"There is no database of an edge at {url}. Give the edge's --data or --database, or start the edge first."));
            }

            if (found is not DatabaseState.Current)
            {
                await using (await engine.LockAsync(time, cancellationToken))
                {
                    // Who held the lock before may have done the work.
                    if (await LookAsync(engine, cancellationToken) is not DatabaseState.Current)
                    {
                        await engine.MigrateAsync(cancellationToken);
                    }
                }
            }

            return new EdgeDatabase(engine);
        }
        catch (Exception failed) when (failed is DbException or IOException or UnauthorizedAccessException)
        {
            engine.Dispose();
            throw new EdgeStartException(Failure.Of(EdgeErrors.DatabaseUnusable, $"{url} cannot be made or brought up to date: {failed.Message}"), failed);
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    private static async Task<DatabaseState> LookAsync(IDatabaseEngine engine, CancellationToken cancellationToken)
    {
        var found = await engine.InspectAsync(cancellationToken);
        return found.Failure is { } failure ? throw new EdgeStartException(failure) : found.State;
    }
}
