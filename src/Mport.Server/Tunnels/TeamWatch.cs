using Mport.Protocol.Errors;
using Mport.Server.Accounts.Teams;
using Mport.Server.Edge.Sessions;
using Mport.Server.Events;

namespace Mport.Server.Tunnels;

/// <summary>Takes teams' tunnels from the clients of accounts that are in the team no more, by whatever process that was done.</summary>
internal sealed class TeamWatch(
    TeamStore teams, TunnelRegistry registry, TunnelOpener opener, IEventLog events, SessionLimits limits, TimeProvider time, ILogger<TeamWatch> logger)
{
    /// <summary>Runs until cancelled. A database that does not answer is tried again at the next turn; tunnels go on meanwhile (REL-05).</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(limits.TokenWatchInterval, time, cancellationToken);
            try
            {
                await LookAsync(cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                logger.TeamWatchFailed(error.Message);
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var held = registry.OfTeams();
        if (held.Count == 0)
        {
            return;
        }

        var ended = await teams.FindEndedAsync(held.Select(PlaceOf).OfType<(TeamId, Accounts.UserId)>().ToHashSet(), cancellationToken);
        foreach (var link in held.Where(link => PlaceOf(link) is { } place && ended.Contains(place)))
        {
            opener.End(link, Failure.Of(TeamErrors.TeamUnknown, $"Your account is in the team of the tunnel {link.Name} no more."));
            events.Record(SessionEvents.TunnelClosed(link.Session.Identity, link.TunnelId, link.Name, "The account left the team."));
        }
    }

    private static (TeamId Team, Accounts.UserId User)? PlaceOf(SessionTunnelLink link) => link.Owner.Team is { } team ? (team, link.Session.Identity.UserId) : null;
}
