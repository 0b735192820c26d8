using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Identity;
using Mport.Server.Api;
using Mport.Server.Data;

namespace Mport.Server.Accounts.Invitations;

/// <summary>All queries about invitations.</summary>
internal sealed class InvitationStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    /// <summary>How long an invitation works where nothing else is asked for, and at most.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromDays(7), LongestLifetime = TimeSpan.FromDays(30);

    private static readonly Expression<Func<InvitationRow, InvitationRecord>> _toRecord = row => new InvitationRecord
    {
        Id = row.Id,
        Email = row.Email,
        Role = row.Role,
        CreatedAt = row.CreatedAt,
        ExpiresAt = row.ExpiresAt,
        AcceptedAt = row.AcceptedAt,
        RevokedAt = row.RevokedAt,
    };

    /// <summary>Makes an invitation; null when an account with this address exists.</summary>
    public async Task<IssuedInvitation?> CreateAsync(EmailAddress email, UserRole role, TimeSpan lifetime, UserId? by, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var normalized = email.Normalized;
        if (await context.Users.AnyAsync(user => user.NormalizedEmail == normalized, cancellationToken))
        {
            return null;
        }

        var now = time.GetUtcNow();
        var secret = OneTimeSecret.Create();
        var row = new InvitationRow
        {
            Id = InvitationId.Create(time),
            Hash = OneTimeSecret.Hash(secret),
            Email = email.Value,
            Role = role,
            InvitedBy = by,
            CreatedAt = now,
            ExpiresAt = now + lifetime,
        };
        context.Invitations.Add(row);
        await context.SaveChangesAsync(cancellationToken);
        return new IssuedInvitation(row.Id, secret, row.ExpiresAt);
    }

    /// <summary>All invitations, the latest first.</summary>
    public async Task<IReadOnlyList<InvitationRecord>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Invitations.OrderByDescending(i => i.Id).Select(_toRecord).ToListAsync(cancellationToken);
    }

    /// <summary>A page of the invitations, by their ids, which grow with time; the search looks at their addresses.</summary>
    public async Task<IReadOnlyList<InvitationRecord>> ListAsync(ListQuery query, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = context.Invitations.AsQueryable();
        if (query.Search is { } search)
        {
            rows = rows.Where(i => i.Email.Contains(search));
        }

        return await rows.Page(query, i => i.Id, text => new InvitationId(text), field: null).Select(_toRecord).ToListAsync(cancellationToken);
    }

    /// <summary>The invitation of a secret, if it can be accepted. Looking changes nothing.</summary>
    public async Task<InvitationRecord?> FindAsync(Secret secret, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Open(context, secret).Select(_toRecord).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Revokes an invitation; false when there is none of this id that is still open.</summary>
    public async Task<bool> RevokeAsync(InvitationId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset? now = time.GetUtcNow();
        return await context.Invitations.Where(i => i.Id == id && i.AcceptedAt == null && i.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.RevokedAt, now), cancellationToken) > 0;
    }

    /// <summary>Makes the account that somebody was invited to; null when the invitation does not work any more, or the address has an account.</summary>
    public async Task<UserId?> AcceptAsync(Secret secret, string passwordHash, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await Open(context, secret).FirstOrDefaultAsync(cancellationToken) is not { } invitation || !EmailAddress.TryParse(invitation.Email, out var email))
        {
            return null;
        }

        var now = time.GetUtcNow();
        invitation.AcceptedAt = now;
        var id = UserId.Create(time);
        context.Users.Add(new User
        {
            Id = id,
            Email = email.Value,
            NormalizedEmail = email.Normalized,
            IsAdmin = invitation.Role is UserRole.Admin,
            IsAuditor = invitation.Role is UserRole.Auditor,
            PasswordHash = passwordHash,
            CreatedAt = now,
        });
        try
        {
            // One transaction: the account and the end of the invitation, or neither.
            await context.SaveChangesAsync(cancellationToken);
            return id;
        }
        catch (DbUpdateConcurrencyException)
        {
            return null;
        }
        catch (DbUpdateException exists) when (context.IsUniqueViolation(exists))
        {
            return null;
        }
    }

    private IQueryable<InvitationRow> Open(EdgeDbContext context, Secret secret)
    {
        var hash = OneTimeSecret.Hash(secret);
        var now = time.GetUtcNow();
        return context.Invitations.Where(i => i.Hash == hash && i.ExpiresAt > now && i.AcceptedAt == null && i.RevokedAt == null);
    }
}
