using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mport.Server.Data;

namespace Mport.Server.Accounts;

/// <summary>All queries about accounts.</summary>
internal sealed class UserStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    private static readonly Expression<Func<User, UserRecord>> _toRecord = user => new UserRecord
    {
        Id = user.Id,
        Email = user.Email,
        IsAdmin = user.IsAdmin,
        IsOwner = user.IsOwner,
        IsAuditor = user.IsAuditor,
        CreatedAt = user.CreatedAt,
        DisabledAt = user.DisabledAt,
    };

    /// <summary>Adds an account; null when one with this address exists.</summary>
    public async Task<UserRecord?> AddAsync(NewUser user, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.Users.Add(new User
        {
            Id = UserId.Create(time),
            Email = user.Email.Value,
            NormalizedEmail = user.Email.Normalized,
            IsAdmin = user.IsAdmin,
            IsOwner = user.IsOwner,
            IsAuditor = user.IsAuditor,
            PasswordHash = user.PasswordHash,
            CreatedAt = time.GetUtcNow(),
        });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exists) when (context.IsUniqueViolation(exists))
        {
            return null;
        }

        return await FindAsync(user.Email, cancellationToken);
    }

    /// <summary>All accounts, the oldest first.</summary>
    public async Task<IReadOnlyList<UserRecord>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Users.OrderBy(user => user.CreatedAt).ThenBy(user => user.Id).Select(_toRecord).ToListAsync(cancellationToken);
    }

    /// <summary>The account of this address, or null.</summary>
    public async Task<UserRecord?> FindAsync(EmailAddress email, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var normalized = email.Normalized;
        return await context.Users.Where(user => user.NormalizedEmail == normalized).Select(_toRecord).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The account that the first start made, if it is there and enabled.</summary>
    public async Task<UserRecord?> FindEnabledOwnerAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Users.Where(user => user.IsOwner && user.DisabledAt == null).OrderBy(user => user.CreatedAt).Select(_toRecord)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>How many accounts there are, and how many of them are enabled.</summary>
    public async Task<UserCount> CountAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var all = await context.Users.CountAsync(cancellationToken);
        return new UserCount(all, all == 0 ? 0 : await context.Users.CountAsync(user => user.DisabledAt == null, cancellationToken));
    }

    /// <summary>Disables or enables an account; false when there is none of this address. Its tokens stop working, and work again, with it.</summary>
    public async Task<bool> SetEnabledAsync(EmailAddress email, bool enabled, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var normalized = email.Normalized;
        DateTimeOffset? now = time.GetUtcNow();
        return await context.Users.Where(user => user.NormalizedEmail == normalized).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.DisabledAt, user => enabled ? null : user.DisabledAt ?? now)
                .SetProperty(user => user.SecurityStamp, user => user.SecurityStamp + 1),
            cancellationToken) > 0;
    }

    /// <summary>Gives an account another role; its web sessions end. False when there is none of this address, or it is the owner.</summary>
    public async Task<bool> SetRoleAsync(EmailAddress email, UserRole role, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var normalized = email.Normalized;
        var (admin, auditor) = (role is UserRole.Admin, role is UserRole.Auditor);
        return await context.Users.Where(user => user.NormalizedEmail == normalized && !user.IsOwner).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.IsAdmin, admin)
                .SetProperty(user => user.IsAuditor, auditor)
                .SetProperty(user => user.SecurityStamp, user => user.SecurityStamp + 1),
            cancellationToken) > 0;
    }
}
