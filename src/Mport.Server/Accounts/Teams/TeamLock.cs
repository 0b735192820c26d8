using Microsoft.EntityFrameworkCore;
using Mport.Server.Data;

namespace Mport.Server.Accounts.Teams;

/// <summary>Lets those who change the members of one team wait for each other.</summary>
internal static class TeamLock
{
    /// <summary>Waits until nobody else has it; held until the transaction ends.</summary>
    /// <param name="context">In a transaction. SQLite has one writer at a time anyway; PostgreSQL locks the row that is written, here with what it has.</param>
    /// <param name="team">The team.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task TakeAsync(EdgeDbContext context, TeamId team, CancellationToken cancellationToken) =>
        context.Teams.Where(row => row.Id == team).ExecuteUpdateAsync(set => set.SetProperty(row => row.Revision, row => row.Revision), cancellationToken);
}
