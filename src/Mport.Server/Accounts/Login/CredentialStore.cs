using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mport.Server.Data;

namespace Mport.Server.Accounts.Login;

/// <summary>All queries about passwords and second factors. Each change gives the account another stamp, and so ends what was issued before it.</summary>
internal sealed class CredentialStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    private static readonly Expression<Func<User, LoginRecord>> _toRecord = user => new LoginRecord
    {
        Id = user.Id,
        Email = user.Email,
        Role = UserRoles.Of(user.IsOwner, user.IsAdmin, user.IsAuditor),
        PasswordHash = user.PasswordHash,
        SecurityStamp = user.SecurityStamp,
        TotpSecret = user.TotpSecret,
        TotpSince = user.TotpSince,
        IsDisabled = user.DisabledAt != null,
    };

    /// <summary>The account of this address, or null.</summary>
    public async Task<LoginRecord?> FindAsync(EmailAddress email, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var normalized = email.Normalized;
        return await context.Users.Where(user => user.NormalizedEmail == normalized).Select(_toRecord).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The account of this id, or null.</summary>
    public async Task<LoginRecord?> FindAsync(UserId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Users.Where(user => user.Id == id).Select(_toRecord).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>
    /// Sets a password, if the account still has this stamp; false when it has another one. What was issued under the stamp is over, a link that led
    /// here included: nothing else makes a link work once.
    /// </summary>
    public async Task<bool> SetPasswordAsync(UserId id, long stamp, string hash, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Users.Where(user => user.Id == id && user.SecurityStamp == stamp && user.DisabledAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.PasswordHash, hash).SetProperty(user => user.SecurityStamp, user => user.SecurityStamp + 1),
            cancellationToken) > 0;
    }

    /// <summary>Puts a hash of today's strength in the place of an older one of the same password.</summary>
    public async Task UpgradeHashAsync(UserId id, string before, string after, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Users.Where(user => user.Id == id && user.PasswordHash == before)
            .ExecuteUpdateAsync(set => set.SetProperty(user => user.PasswordHash, after), cancellationToken);
    }

    /// <summary>Keeps the sealed secret of a second factor that is not asked for yet; false when one is asked for already.</summary>
    public async Task<bool> BeginTotpAsync(UserId id, byte[] secret, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Users.Where(user => user.Id == id && user.TotpSince == null)
            .ExecuteUpdateAsync(set => set.SetProperty(user => user.TotpSecret, secret).SetProperty(user => user.TotpLastStep, 0L), cancellationToken) > 0;
    }

    /// <summary>Takes the code of a time step, if none of this step or a later one was taken before (SEC-73).</summary>
    public async Task<bool> TakeTotpStepAsync(UserId id, long step, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Users.Where(user => user.Id == id && user.TotpLastStep < step)
            .ExecuteUpdateAsync(set => set.SetProperty(user => user.TotpLastStep, step), cancellationToken) > 0;
    }

    /// <summary>Asks for the second factor from now on, with these recovery codes in place of any before.</summary>
    public async Task EnableTotpAsync(UserId id, IEnumerable<byte[]> recoveryHashes, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.RecoveryCodes.Where(code => code.UserId == id).ExecuteDeleteAsync(cancellationToken);
        context.RecoveryCodes.AddRange(recoveryHashes.Select(hash => new RecoveryCodeRow { UserId = id, Hash = hash }));
        await context.SaveChangesAsync(cancellationToken);

        // Last: an account that asks for a code must have codes to recover with.
        DateTimeOffset? now = time.GetUtcNow();
        await context.Users.Where(user => user.Id == id && user.TotpSince == null && user.TotpSecret != null).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.TotpSince, now).SetProperty(user => user.SecurityStamp, user => user.SecurityStamp + 1),
            cancellationToken);
    }

    /// <summary>Asks for no second factor any more; false when there is no such account.</summary>
    public async Task<bool> DisableTotpAsync(UserId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var changed = await context.Users.Where(user => user.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.TotpSince, (DateTimeOffset?)null)
                .SetProperty(user => user.TotpSecret, (byte[]?)null)
                .SetProperty(user => user.SecurityStamp, user => user.SecurityStamp + 1),
            cancellationToken) > 0;
        await context.RecoveryCodes.Where(code => code.UserId == id).ExecuteDeleteAsync(cancellationToken);
        return changed;
    }

    /// <summary>Takes a recovery code: it is gone afterwards.</summary>
    public async Task<bool> TakeRecoveryCodeAsync(UserId id, byte[] hash, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.RecoveryCodes.Where(code => code.UserId == id && code.Hash == hash).ExecuteDeleteAsync(cancellationToken) > 0;
    }

    /// <summary>How many recovery codes are left.</summary>
    public async Task<int> CountRecoveryCodesAsync(UserId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.RecoveryCodes.CountAsync(code => code.UserId == id, cancellationToken);
    }
}
