using Mport.Server.Accounts.Reservations;
using Mport.Server.Accounts.Teams;
using Mport.Server.Events;

namespace Mport.Server.Accounts.Removal;

/// <summary>The events of an account's deletion: of each thing that it had, and of itself as the last.</summary>
internal static class RemovalEvents
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<EdgeEvent> Of(EventActor actor, RemovedAccount removed)
    {
        var heir = removed.Heir?.Value;
        var tunnels = removed.Tunnels.Select(tunnel => heir is null
            ? ChangeEvents.Of(EventKinds.TunnelDeleted, actor, removed.Id, EventSubject.Of(tunnel.Id, tunnel.Name), ("name", tunnel.Name, null), ("subdomain", tunnel.Subdomain, null))
            : ChangeEvents.Of(EventKinds.TunnelChanged, actor, removed.Heir, EventSubject.Of(tunnel.Id, tunnel.NameNow), ("owner", removed.Id.Value, heir), ("name", tunnel.Name, tunnel.NameNow)));
        var reservations = removed.Reservations.SelectMany(reservation => heir is null
            ? (IEnumerable<EdgeEvent>)[ReservationEvents.Released(actor, reservation)]
            : [ReservationEvents.Released(actor, reservation), ReservationEvents.Created(actor, reservation with { UserId = removed.Heir ?? removed.Id })]);
        var user = ChangeEvents.Of(
            EventKinds.UserDeleted, actor, removed.Id, EventSubject.Of(removed.Id, removed.Email), ("email", removed.Email, null), ("role", removed.Role.ToText(), null), ("transferred_to", null, heir));
        return [.. removed.Teams.SelectMany(team => Of(actor, removed, team)), .. tunnels, .. reservations, user];
    }

    private static IEnumerable<EdgeEvent> Of(EventActor actor, RemovedAccount removed, LeftTeam team)
    {
        var subject = EventSubject.Of(team.Id, team.Name);
        if (team.Keeper is not { } keeper)
        {
            return [ChangeEvents.Of(EventKinds.TeamDeleted, actor, removed.Id, subject, ("name", team.Name, null))];
        }

        var left = ChangeEvents.Of(EventKinds.TeamChanged, actor, removed.Id, subject, ("member", removed.Email, null));
        return team.IsNewManager
            ? [left, ChangeEvents.Of(EventKinds.TeamChanged, actor, keeper, subject, ("member", team.KeeperEmail, team.KeeperEmail), ("role", TeamRoles.Member, TeamRoles.Manager))]
            : [left];
    }
}
