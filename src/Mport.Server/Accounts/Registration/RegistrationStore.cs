using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Identity;
using Mport.Server.Data;

namespace Mport.Server.Accounts.Registration;

/// <summary>All queries about addresses that wait to be confirmed. The account is made when the link is used, and not before.</summary>
internal sealed class RegistrationStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    /// <summary>How long a link works (SEC-72).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Makes a link's secret for an address; null when an account has it. Links that are over are forgotten.</summary>
    public async Task<Secret?> CreateAsync(EmailAddress email, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var normalized = email.Normalized;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Registrations.Where(row => row.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        if (await context.Users.AnyAsync(user => user.NormalizedEmail == normalized, cancellationToken))
        {
            return null;
        }

        var secret = OneTimeSecret.Create();
        context.Registrations.Add(new RegistrationRow { Hash = OneTimeSecret.Hash(secret), Email = email.Value, ExpiresAt = now + Lifetime });
        await context.SaveChangesAsync(cancellationToken);
        return secret;
    }

    /// <summary>The address that a link confirms, if it still works. Looking changes nothing.</summary>
    public async Task<EmailAddress?> FindAsync(Secret secret, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var text = await Open(context, secret).Select(row => row.Email).FirstOrDefaultAsync(cancellationToken);
        return EmailAddress.TryParse(text, out var email) ? email : null;
    }

    /// <summary>Makes the account of a confirmed address, a member; null when the link does not work any more, or the address has an account.</summary>
    public async Task<UserId?> ConfirmAsync(Secret secret, string passwordHash, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await Open(context, secret).FirstOrDefaultAsync(cancellationToken) is not { } row || !EmailAddress.TryParse(row.Email, out var email))
        {
            return null;
        }

        var id = UserId.Create(time);
        context.Registrations.Remove(row);
        context.Users.Add(new User { Id = id, Email = email.Value, NormalizedEmail = email.Normalized, PasswordHash = passwordHash, CreatedAt = time.GetUtcNow() });
        try
        {
            // One transaction: the account and the end of the link, or neither.
            await context.SaveChangesAsync(cancellationToken);
            return id;
        }
        catch (DbUpdateException lost) when (context.IsLostRace(lost))
        {
            return null;
        }
    }

    private IQueryable<RegistrationRow> Open(EdgeDbContext context, Secret secret)
    {
        var hash = OneTimeSecret.Hash(secret);
        var now = time.GetUtcNow();
        return context.Registrations.Where(row => row.Hash == hash && row.ExpiresAt > now);
    }
}
