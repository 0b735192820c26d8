using System.Linq.Expressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Mport.Server.Data;

namespace Mport.Server.Accounts.Passkeys;

/// <summary>
/// All queries about passkeys. Adding one and removing one give the account another stamp, and so end its web sessions, as each change of how it gets in does.
/// </summary>
internal sealed class PasskeyStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    /// <summary>Passkeys of one account.</summary>
    public const int MaxPerAccount = 20;

    /// <summary>Bytes that a device may call a passkey by, as WebAuthn bounds them.</summary>
    public const int MaxCredentialId = 1023;

    /// <summary>Bytes of a public key. One of RSA with 4,096 bits has some 530; a longer one would cost the edge more to compute with.</summary>
    public const int MaxPublicKey = 1024;

    private static readonly Expression<Func<PasskeyRow, PasskeyRecord>> _toRecord = row => new PasskeyRecord
    {
        Id = row.Id,
        CredentialId = row.CredentialId,
        PublicKey = row.PublicKey,
        Name = row.Name,
        SignCount = row.SignCount,
        Transports = row.Transports,
        IsUserVerified = row.IsUserVerified,
        IsBackupEligible = row.IsBackupEligible,
        IsBackedUp = row.IsBackedUp,
        CreatedAt = row.CreatedAt,
        LastUsedAt = row.LastUsedAt,
        Revision = row.Revision,
    };

    /// <summary>The account's passkeys, the first added first.</summary>
    public async Task<IReadOnlyList<PasskeyRecord>> ListAsync(UserId user, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Passkeys.Where(p => p.UserId == user).OrderBy(p => p.Id).Select(_toRecord).ToListAsync(cancellationToken);
    }

    /// <summary>One of the account's passkeys, or null.</summary>
    public async Task<PasskeyRecord?> FindAsync(UserId user, PasskeyId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Passkeys.Where(p => p.UserId == user && p.Id == id).Select(_toRecord).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The account's passkey that its device calls this, or null.</summary>
    public async Task<PasskeyRecord?> FindAsync(UserId user, byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Passkeys.Where(p => p.UserId == user && p.CredentialId == credentialId).Select(_toRecord).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The account that has the passkey which its device calls this, or null.</summary>
    public async Task<UserId?> FindHolderAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Passkeys.Where(p => p.CredentialId == credentialId).Select(p => (UserId?)p.UserId).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Adds a passkey to an account that still has this stamp.</summary>
    /// <param name="user">The account.</param>
    /// <param name="stamp">The stamp under which the passkey was asked for; another one after this.</param>
    /// <param name="name">What its holder calls it.</param>
    /// <param name="passkey">What the framework has found of it.</param>
    /// <param name="cancellationToken">Gives up; then nothing was done.</param>
    public async Task<(PasskeyAdding Result, PasskeyId Id)> AddAsync(UserId user, long stamp, TokenName name, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        var id = PasskeyId.Create(time);
        return (await contexts.DecideAsync(AttemptAsync, cancellationToken), id);

        async Task<PasskeyAdding> AttemptAsync(EdgeDbContext context)
        {
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);

            // The first statement, and it holds the account's row to the end: passkeys of one account are added one after the other.
            var current = await context.Users.Where(u => u.Id == user && u.SecurityStamp == stamp && u.DisabledAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(u => u.SecurityStamp, u => u.SecurityStamp + 1), cancellationToken) > 0;
            if (!current)
            {
                return PasskeyAdding.Outdated;
            }

            if (await context.Passkeys.CountAsync(p => p.UserId == user, cancellationToken) >= MaxPerAccount)
            {
                return PasskeyAdding.TooMany;
            }

            var credentialId = passkey.CredentialId;
            if (await context.Passkeys.AnyAsync(p => p.CredentialId == credentialId, cancellationToken))
            {
                return PasskeyAdding.Taken;
            }

            context.Passkeys.Add(new PasskeyRow
            {
                Id = id,
                UserId = user,
                CredentialId = credentialId,
                PublicKey = passkey.PublicKey,
                Name = name.Value,
                SignCount = passkey.SignCount,
                Transports = PasskeyTransports.ToText(passkey.Transports),
                IsUserVerified = passkey.IsUserVerified,
                IsBackupEligible = passkey.IsBackupEligible,
                IsBackedUp = passkey.IsBackedUp,
                CreatedAt = time.GetUtcNow(),
            });
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return PasskeyAdding.Added;
        }
    }

    /// <summary>Gives a passkey of this revision another name; false when it has changed or is gone.</summary>
    public async Task<bool> RenameAsync(UserId user, PasskeyId id, long revision, TokenName name, CancellationToken cancellationToken)
    {
        var text = name.Value;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Passkeys.Where(p => p.UserId == user && p.Id == id && p.Revision == revision)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.Name, text).SetProperty(p => p.Revision, p => p.Revision + 1), cancellationToken) > 0;
    }

    /// <summary>Removes one of the account's passkeys; false when it has none of this id.</summary>
    public Task<bool> RemoveAsync(UserId user, PasskeyId id, CancellationToken cancellationToken) => contexts.DecideAsync(
        async context =>
        {
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            var removed = await context.Passkeys.Where(p => p.UserId == user && p.Id == id).ExecuteDeleteAsync(cancellationToken) > 0;
            if (removed)
            {
                await context.Users.Where(u => u.Id == user).ExecuteUpdateAsync(set => set.SetProperty(u => u.SecurityStamp, u => u.SecurityStamp + 1), cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }

            return removed;
        },
        cancellationToken);

    /// <summary>Notes that a passkey answered a question, if it may: each is answered once, and a device's counter only grows. One update decides, so that two at one time cannot both.</summary>
    /// <param name="user">The account.</param>
    /// <param name="credentialId">What the passkey's device calls it.</param>
    /// <param name="question">When the question was asked, in ticks.</param>
    /// <param name="signCount">What the device has counted; 0 for one that does not count.</param>
    /// <param name="isBackedUp">Whether it is copied to other devices.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<PasskeyUse> UseAsync(UserId user, byte[] credentialId, long question, long signCount, bool isBackedUp, CancellationToken cancellationToken)
    {
        DateTimeOffset? now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var used = await context.Passkeys
            .Where(p => p.UserId == user && p.CredentialId == credentialId && p.LastQuestion < question && (p.SignCount < signCount || (p.SignCount == 0 && signCount == 0)))
            .ExecuteUpdateAsync(
                set => set.SetProperty(p => p.LastQuestion, question).SetProperty(p => p.SignCount, signCount).SetProperty(p => p.IsBackedUp, isBackedUp).SetProperty(p => p.LastUsedAt, now),
                cancellationToken) > 0;
        if (used)
        {
            return PasskeyUse.Used;
        }

        var last = await context.Passkeys.Where(p => p.UserId == user && p.CredentialId == credentialId).Select(p => (long?)p.LastQuestion).FirstOrDefaultAsync(cancellationToken);
        return last is null ? PasskeyUse.Gone : last >= question ? PasskeyUse.Late : PasskeyUse.Copied;
    }
}
