using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mport.Server.Api;
using Mport.Server.Data;

namespace Mport.Server.Accounts;

/// <summary>Queries about all accounts, for those who manage them.</summary>
internal sealed class UserAdminStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
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

    /// <summary>A page of the accounts; the search looks at their addresses.</summary>
    public async Task<IReadOnlyList<UserRecord>> ListAsync(ListQuery query, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = context.Users.AsQueryable();
        if (query.Search is { } search)
        {
            var pattern = KeysetPaging.Containing(search);
            rows = rows.Where(user => EF.Functions.Like(user.NormalizedEmail, pattern, "\\"));
        }

        return await rows.Page(query, user => user.Id, text => new UserId(text), query.Sort == "email" ? user => user.NormalizedEmail : null).Select(_toRecord).ToListAsync(cancellationToken);
    }

    /// <summary>The account of this id, or null.</summary>
    public async Task<UserRecord?> FindAsync(UserId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Users.Where(user => user.Id == id).Select(_toRecord).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Gives an account another role or state if it is still as it was known, and ends its web sessions; false when it is not, or it is the owner's.</summary>
    public async Task<bool> ChangeAsync(UserRecord known, UserRole role, bool disabled, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var (id, wasAdmin, wasAuditor, disabledAt) = (known.Id, known.IsAdmin, known.IsAuditor, known.DisabledAt);
        var (isAdmin, isAuditor) = (role is UserRole.Admin, role is UserRole.Auditor);
        var state = disabled ? disabledAt ?? time.GetUtcNow() : (DateTimeOffset?)null;
        return await context.Users.Where(user => user.Id == id && !user.IsOwner && user.IsAdmin == wasAdmin && user.IsAuditor == wasAuditor && user.DisabledAt == disabledAt)
            .ExecuteUpdateAsync(
                set => set.SetProperty(user => user.IsAdmin, isAdmin)
                    .SetProperty(user => user.IsAuditor, isAuditor)
                    .SetProperty(user => user.DisabledAt, state)
                    .SetProperty(user => user.SecurityStamp, user => user.SecurityStamp + 1),
                cancellationToken) > 0;
    }
}
