using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Data;

namespace Mport.Server.Accounts;

/// <summary>
/// One attempt of <see cref="TunnelStore.ClaimAsync"/>: looks, decides, writes once. Whether somebody was faster is for the unique indexes to
/// say; the attempt then fails with a unique violation, and the store begins anew.
/// </summary>
internal sealed class AddressClaim(EdgeDbContext context, TunnelClaim claim, TimeProvider time)
{
    /// <summary>A port that the edge chose may go to somebody else when its tunnel was not seen for so long, and no port is free.</summary>
    private static readonly TimeSpan _abandonedAfter = TimeSpan.FromDays(30);

    /// <summary>The tunnel that gives up its address to this one, if any.</summary>
    private Holder? _giver;

    /// <summary>Looks, decides and writes.</summary>
    public async Task<TunnelClaimResult> RunAsync(CancellationToken cancellationToken)
    {
        var row = await context.Tunnels.FirstOrDefaultAsync(t => t.UserId == claim.UserId && t.Name == claim.Name, cancellationToken);
        if (row is null)
        {
            if (await context.Tunnels.CountAsync(t => t.UserId == claim.UserId, cancellationToken) >= TunnelStore.MaxPerAccount)
            {
                return Refused(Failure.Of(TunnelErrors.TooManyTunnels, $"The account has {TunnelStore.MaxPerAccount} tunnels, the most that it may have."));
            }

            var now = time.GetUtcNow();
            row = new TunnelRow { Id = TunnelId.Create(time), UserId = claim.UserId, Name = claim.Name, Proto = claim.Proto, CreatedAt = now, LastSeenAt = now };
            context.Tunnels.Add(row);
        }
        else if (row.Proto != claim.Proto)
        {
            // The name now stands for another kind of tunnel; the address of the old kind is of no use to it.
            row.Proto = claim.Proto;
            row.Subdomain = null;
            row.Port = null;
            row.PortChosenByUser = false;
        }

        var failure = claim.Proto.UsesPort() ? await SetPortAsync(row, cancellationToken) : await SetSubdomainAsync(row, cancellationToken);
        if (failure is not null)
        {
            return Refused(failure);
        }

        row.LastSeenAt = time.GetUtcNow();
        await SaveAsync(cancellationToken);
        return new TunnelClaimResult.Claimed(new TunnelRecord(row.Id, row.Name, row.Proto, row.Subdomain, row.Port));
    }

    /// <summary>The failure for a port that the edge does not give.</summary>
    public static Failure OutOfRange(int port, PortRange range) =>
        Failure.Of(TunnelErrors.PortOutOfRange, $"Port {port} is outside the edge's range {range}.");

    private static TunnelClaimResult.Refused Refused(Failure failure) => new(failure);

    private async Task<Failure?> SetSubdomainAsync(TunnelRow row, CancellationToken cancellationToken)
    {
        if (claim.Subdomain is not { } wanted)
        {
            row.Subdomain ??= ReadableNames.Create();
            return null;
        }

        if (row.Subdomain == wanted)
        {
            return null;
        }

        var holder = await context.Tunnels.Where(t => t.Subdomain == wanted).Select(t => new Holder(t.Id, t.UserId, t.Name, t.LastSeenAt)).FirstOrDefaultAsync(cancellationToken);
        if (holder is not null && holder.UserId != claim.UserId)
        {
            return Failure.Of(TunnelErrors.NameTaken, $"The subdomain {wanted} belongs to another account.");
        }

        if (holder is not null && claim.IsOpen(holder.Id))
        {
            return Failure.Of(TunnelErrors.NameTaken, $"Your tunnel {holder.Name} serves the subdomain {wanted} now; stop it first, or open this one under its name.");
        }

        _giver = holder;
        row.Subdomain = wanted;
        return null;
    }

    private async Task<Failure?> SetPortAsync(TunnelRow row, CancellationToken cancellationToken)
    {
        if (claim.Port is { } wanted && wanted != row.Port)
        {
            return await SetWantedPortAsync(row, wanted, cancellationToken);
        }

        if (row.Port is { } kept)
        {
            row.PortChosenByUser |= claim.Port is not null;
            var inRange = claim.Ports.Contains(kept);
            if (inRange && (claim.IsOpen(row.Id) || claim.IsPortUsable(kept)))
            {
                return null;
            }

            if (row.PortChosenByUser)
            {
                return inRange ? UsedByOther(kept) : OutOfRange(kept, claim.Ports);
            }
        }

        return await SetFreePortAsync(row, cancellationToken);
    }

    private async Task<Failure?> SetWantedPortAsync(TunnelRow row, int wanted, CancellationToken cancellationToken)
    {
        var holder = await context.Tunnels.Where(t => t.Proto == claim.Proto && t.Port == wanted).Select(t => new Holder(t.Id, t.UserId, t.Name, t.LastSeenAt))
            .FirstOrDefaultAsync(cancellationToken);
        if (holder is not null && holder.UserId != claim.UserId)
        {
            return Failure.Of(TunnelErrors.PortTaken, $"Port {wanted} belongs to a tunnel of another account.");
        }

        if (holder is not null && claim.IsOpen(holder.Id))
        {
            return Failure.Of(TunnelErrors.PortTaken, $"Your tunnel {holder.Name} serves port {wanted} now.");
        }

        if (!claim.IsPortUsable(wanted))
        {
            return UsedByOther(wanted);
        }

        _giver = holder;
        row.Port = wanted;
        row.PortChosenByUser = true;
        return null;
    }

    private async Task<Failure?> SetFreePortAsync(TunnelRow row, CancellationToken cancellationToken)
    {
        var range = claim.Ports;
        var held = await context.Tunnels.Where(t => t.Proto == claim.Proto && t.Port >= range.First && t.Port <= range.Last)
            .Select(t => t.Port!.Value).ToHashSetAsync(cancellationToken);

        // A random start: neighbours in time get ports apart, and nobody can tell from a port which one the next tunnel will get.
        var start = RandomNumberGenerator.GetInt32(range.Count);
        for (var i = 0; i < range.Count; i++)
        {
            var port = range.First + ((start + i) % range.Count);
            if (!held.Contains(port) && claim.IsPortUsable(port))
            {
                row.Port = port;
                return null;
            }
        }

        var before = time.GetUtcNow() - _abandonedAfter;
        var abandoned = await context.Tunnels
            .Where(t => t.Proto == claim.Proto && t.Port >= range.First && t.Port <= range.Last && !t.PortChosenByUser && t.LastSeenAt < before && t.Id != row.Id)
            .OrderBy(t => t.LastSeenAt).Select(t => new { Port = t.Port!.Value, Holder = new Holder(t.Id, t.UserId, t.Name, t.LastSeenAt) }).ToListAsync(cancellationToken);
        if (abandoned.Find(t => !claim.IsOpen(t.Holder.Id) && claim.IsPortUsable(t.Port)) is not { } found)
        {
            return Failure.Of(TunnelErrors.NoPortFree, $"All {range.Count} ports of the edge's range {range} belong to tunnels or are in use.", retry: true);
        }

        _giver = found.Holder;
        row.Port = found.Port;
        return null;
    }

    private static Failure UsedByOther(int port) => Failure.Of(TunnelErrors.PortTaken, $"Another program on the edge uses port {port}.", retry: true);

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (_giver is not { } giver)
        {
            await context.SaveChangesAsync(cancellationToken);
            return;
        }

        // Both or neither: an address belongs to one tunnel at each moment. A giver that was opened since we looked keeps its address, and the
        // second write then meets the unique index.
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Tunnels.Where(t => t.Id == giver.Id && t.LastSeenAt == giver.LastSeenAt)
            .ExecuteUpdateAsync(
                set => set.SetProperty(t => t.Subdomain, (string?)null).SetProperty(t => t.Port, (int?)null).SetProperty(t => t.PortChosenByUser, false),
                cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private sealed record Holder(TunnelId Id, UserId UserId, string Name, DateTimeOffset LastSeenAt);
}
