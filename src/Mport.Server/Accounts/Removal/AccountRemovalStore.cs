using Microsoft.EntityFrameworkCore;
using Mport.Server.Accounts.Reservations;
using Mport.Server.Accounts.Teams;
using Mport.Server.Data;

namespace Mport.Server.Accounts.Removal;

/// <summary>
/// Deletes accounts, each in one transaction: all that lets its people and machines in goes, what it has is given up with its rest or handed on, and what it
/// did stays in the event log and the usage under its id. What is a team's stays the team's, as long as it has another member.
/// </summary>
internal sealed class AccountRemovalStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    /// <summary>Deletes an account.</summary>
    /// <param name="id">The account.</param>
    /// <param name="heir">Who gets its tunnels and reservations, beyond any quota; null gives them up.</param>
    /// <param name="cancellationToken">Gives up; then nothing was done.</param>
    public Task<RemovalResult> RemoveAsync(UserId id, UserId? heir, CancellationToken cancellationToken) =>
        contexts.DecideAsync(context => RemoveAsync(context, id, heir, cancellationToken), cancellationToken);

    private async Task<RemovalResult> RemoveAsync(EdgeDbContext context, UserId id, UserId? heir, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var user = await context.Users.Where(u => u.Id == id).Select(u => new { u.Email, u.IsOwner, u.IsAdmin, u.IsAuditor }).FirstOrDefaultAsync(cancellationToken);
        if (user is null)
        {
            return new RemovalResult.Unknown();
        }

        if (user.IsOwner)
        {
            return new RemovalResult.IsOwner();
        }

        if (heir is { } wanted && (wanted == id || !await context.Users.AnyAsync(u => u.Id == wanted && u.DisabledAt == null, cancellationToken)))
        {
            return new RemovalResult.HeirUnfit();
        }

        var teams = await TeamRemoval.LeaveAllAsync(context, id, time, cancellationToken);
        var removed = new RemovedAccount
        {
            Id = id,
            Email = user.Email,
            Role = UserRoles.Of(user.IsOwner, user.IsAdmin, user.IsAuditor),
            Heir = heir,
            Teams = teams,
            Tunnels = await ReadTunnelsAsync(context, id, heir, cancellationToken),
            Reservations = await context.Reservations.Where(r => r.UserId == id).OrderBy(r => r.Id)
                .Select(r => new Reservation { Id = r.Id, UserId = r.UserId, Address = ReservedAddress.Of(r.Subdomain, r.TcpPort, r.UdpPort), CreatedAt = r.CreatedAt })
                .ToListAsync(cancellationToken),
        };
        await NoteAddressesAsync(context, removed, cancellationToken);
        await DeleteQuotasAsync(context, removed, cancellationToken);
        if (heir is { } to)
        {
            await HandOnAsync(context, removed, to, cancellationToken);
        }
        else
        {
            await context.Tunnels.Where(t => t.UserId == id).ExecuteDeleteAsync(cancellationToken);
            await context.Reservations.Where(r => r.UserId == id).ExecuteDeleteAsync(cancellationToken);
        }

        await DeleteAccessAsync(context, id, cancellationToken);
        await TeamRemoval.DeleteAsync(context, removed.Teams, cancellationToken);
        await context.Users.Where(u => u.Id == id).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new RemovalResult.Removed(removed);
    }

    private static async Task<IReadOnlyList<RemovedTunnel>> ReadTunnelsAsync(EdgeDbContext context, UserId id, UserId? heir, CancellationToken cancellationToken)
    {
        var taken = heir is { } to ? await context.Tunnels.Where(t => t.UserId == to && t.TeamId == null).Select(t => t.Name).ToHashSetAsync(cancellationToken) : [];
        var rows = await context.Tunnels.Where(t => t.UserId == id).OrderBy(t => t.Id).Select(t => new { t.Id, t.Name, t.Subdomain, t.Path, t.TcpPort, t.UdpPort }).ToListAsync(cancellationToken);
        var hosts = (await context.TunnelHosts.Where(h => h.Tunnel!.UserId == id).Select(h => new { h.TunnelId, h.Host }).ToListAsync(cancellationToken)).ToLookup(h => h.TunnelId, h => h.Host);
        var tunnels = new List<RemovedTunnel>(rows.Count);
        foreach (var row in rows)
        {
            var name = RemovedTunnel.FreeName(row.Name, taken);
            taken.Add(name);
            tunnels.Add(new RemovedTunnel(row.Id, row.Name, name, row.Subdomain, row.TcpPort, row.UdpPort) { Path = row.Path, Hosts = TunnelHosts.Of(hosts[row.Id]) });
        }

        return tunnels;
    }

    // Whose the addresses are from now on; of those that nobody has got, whose they were, so that they rest for all others (SEC-43, SEC-44).
    private async Task NoteAddressesAsync(EdgeDbContext context, RemovedAccount removed, CancellationToken cancellationToken)
    {
        var owner = removed.Heir ?? removed.Id;
        var tunnels = removed.Tunnels.Select(t => (t.Subdomain, t.TcpPort, t.UdpPort));
        foreach (var (name, tcp, udp) in tunnels.Concat(removed.Reservations.Select(r => (r.Address.Subdomain, r.Address.TcpPort, r.Address.UdpPort))))
        {
            await ReleasedNames.NoteAsync(context, owner, name, time, cancellationToken);
            await ReleasedPorts.NoteAsync(context, owner, tcp, udp, time, cancellationToken);
        }

        await context.SaveChangesAsync(cancellationToken);
    }

    private static async Task DeleteQuotasAsync(EdgeDbContext context, RemovedAccount removed, CancellationToken cancellationToken)
    {
        var id = removed.Id;
        var tokens = await context.Tokens.Where(t => t.UserId == id).Select(t => t.Id).ToListAsync(cancellationToken);
        var tunnels = removed.Heir is null ? removed.Tunnels.Select(t => t.Id.Value) : [];
        IReadOnlyList<string> subjects = [id.Value, .. tokens.Select(token => token.Value), .. tunnels];
        await context.Quotas.Where(q => EF.Parameter(subjects).Contains(q.SubjectId)).ExecuteDeleteAsync(cancellationToken);
    }

    private static async Task HandOnAsync(EdgeDbContext context, RemovedAccount removed, UserId to, CancellationToken cancellationToken)
    {
        foreach (var tunnel in removed.Tunnels)
        {
            var (tunnelId, name) = (tunnel.Id, tunnel.NameNow);
            await context.Tunnels.Where(t => t.Id == tunnelId)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.UserId, to).SetProperty(t => t.TeamId, (TeamId?)null).SetProperty(t => t.Name, name).SetProperty(t => t.Revision, t => t.Revision + 1), cancellationToken);
        }

        var id = removed.Id;
        await context.Reservations.Where(r => r.UserId == id).ExecuteUpdateAsync(set => set.SetProperty(r => r.UserId, to), cancellationToken);

        // What is not proven is only a wish; and the heir's wish for a name is fulfilled by the proof that it gets.
        var proven = context.Domains.Where(d => d.UserId == id && d.ProvenAt != null).Select(d => d.Name);
        await context.Domains.Where(d => d.UserId == to && d.ProvenAt == null && proven.Contains(d.Name)).ExecuteDeleteAsync(cancellationToken);
        await context.Domains.Where(d => d.UserId == id && d.ProvenAt != null).ExecuteUpdateAsync(set => set.SetProperty(d => d.UserId, to), cancellationToken);
    }

    private static async Task DeleteAccessAsync(EdgeDbContext context, UserId id, CancellationToken cancellationToken)
    {
        await context.Tokens.Where(t => t.UserId == id).ExecuteDeleteAsync(cancellationToken);
        await context.WebSessions.Where(s => s.UserId == id).ExecuteDeleteAsync(cancellationToken);
        await context.AccountLinks.Where(l => l.UserId == id).ExecuteDeleteAsync(cancellationToken);
        await context.RecoveryCodes.Where(c => c.UserId == id).ExecuteDeleteAsync(cancellationToken);
        await context.Passkeys.Where(p => p.UserId == id).ExecuteDeleteAsync(cancellationToken);
        await context.DeviceLogins.Where(d => d.UserId == id).ExecuteDeleteAsync(cancellationToken);

        // An account that was made by an invitation stays, and with it the invitation.
        await context.Invitations.Where(i => i.InvitedBy == id && i.AcceptedAt == null).ExecuteDeleteAsync(cancellationToken);
        await context.Invitations.Where(i => i.InvitedBy == id).ExecuteUpdateAsync(set => set.SetProperty(i => i.InvitedBy, (UserId?)null), cancellationToken);
    }
}
