using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mport.Server.Api;
using Mport.Server.Data;

namespace Mport.Server.Accounts.Reservations;

/// <summary>All queries about reservations.</summary>
internal sealed class ReservationStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    /// <summary>Reservations of one account at most: as many as it may have tunnels.</summary>
    public const int MaxPerAccount = TunnelStore.MaxPerAccount;

    private static readonly Expression<Func<ReservationRow, Reservation>> _toReservation = row => new Reservation
    {
        Id = row.Id,
        UserId = row.UserId,
        Address = ReservedAddress.Of(row.Subdomain, row.TcpPort, row.UdpPort),
        CreatedAt = row.CreatedAt,
    };

    /// <summary>A page of the account's reservations; the search looks at their subdomains.</summary>
    public async Task<IReadOnlyList<Reservation>> ListAsync(UserId owner, ListQuery query, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = context.Reservations.Where(r => r.UserId == owner);
        if (query.Search is { } search)
        {
            var pattern = KeysetPaging.Containing(search);
            rows = rows.Where(r => EF.Functions.Like(r.Subdomain, pattern, "\\"));
        }

        return await rows.Page(query, r => r.Id, text => new ReservationId(text), field: null).Select(_toReservation).ToListAsync(cancellationToken);
    }

    /// <summary>The reservations of all accounts, the oldest first.</summary>
    public async Task<IReadOnlyList<Reservation>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Reservations.OrderBy(r => r.Id).Select(_toReservation).ToListAsync(cancellationToken);
    }

    /// <summary>The account's reservation of this id, or null.</summary>
    public async Task<Reservation?> FindAsync(UserId owner, ReservationId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Reservations.Where(r => r.UserId == owner && r.Id == id).Select(_toReservation).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The reservation of this id, whosesoever, or null.</summary>
    public async Task<Reservation?> FindAsync(ReservationId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Reservations.Where(r => r.Id == id).Select(_toReservation).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Reserves an address that nobody else has, or says why not. The account's own tunnel may have it, and goes on having it.</summary>
    public Task<ReservationResult> ReserveAsync(ReservationWish wish, CancellationToken cancellationToken) =>
        contexts.DecideAsync(context => new ReservationClaim(context, wish, time).RunAsync(cancellationToken), cancellationToken);

    /// <summary>
    /// Gives a reservation up. Its address rests before another account may have it; where a tunnel of the account has it, it goes on having it. False when
    /// the account has none of this id.
    /// </summary>
    public Task<bool> ReleaseAsync(UserId owner, ReservationId id, CancellationToken cancellationToken) =>
        contexts.DecideAsync(context => ReleaseAsync(context, owner, id, cancellationToken), cancellationToken);

    private async Task<bool> ReleaseAsync(EdgeDbContext context, UserId owner, ReservationId id, CancellationToken cancellationToken)
    {
        if (await context.Reservations.FirstOrDefaultAsync(r => r.UserId == owner && r.Id == id, cancellationToken) is not { } row)
        {
            return false;
        }

        context.Reservations.Remove(row);
        await ReleasedNames.NoteAsync(context, owner, row.Subdomain, time, cancellationToken);
        await ReleasedPorts.NoteAsync(context, owner, row.TcpPort, row.UdpPort, time, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        return true;
    }
}
