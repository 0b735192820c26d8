using System.Diagnostics;
using Microsoft.EntityFrameworkCore;

namespace Mport.Server.Data;

/// <summary>Does again, on a context of its own, what was undone since somebody else was faster (<see cref="EdgeDbContext.IsLostRace"/>).</summary>
internal static class LostRaces
{
    /// <summary>How often something begins again. Each time somebody else got through, so this is never near.</summary>
    private const int MaxAttempts = 50;

    /// <summary>Looks, decides and writes, until no one else was faster.</summary>
    /// <param name="contexts">Where each attempt gets its context.</param>
    /// <param name="attempt">One attempt; it writes once, or in one transaction, so that a lost one leaves nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<T> DecideAsync<T>(this IDbContextFactory<EdgeDbContext> contexts, Func<EdgeDbContext, Task<T>> attempt, CancellationToken cancellationToken)
    {
        for (var attempts = 0; attempts < MaxAttempts; attempts++)
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            try
            {
                return await attempt(context);
            }
            catch (Exception faster) when (context.IsLostRace(faster))
            {
                // Somebody wrote between our look and our write. Look again: then it is seen.
            }
        }

        throw new UnreachableException($"{MaxAttempts} races were lost one after the other.");
    }
}
