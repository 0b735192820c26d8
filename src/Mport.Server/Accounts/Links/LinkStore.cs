using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Identity;
using Mport.Server.Data;

namespace Mport.Server.Accounts.Links;

/// <summary>
/// All queries about the one-time links that set a password (SEC-64, SEC-72). A link is bound to its account's stamp; setting the password gives the
/// account another one, so that a link works once and every other one with it is void.
/// </summary>
internal sealed class LinkStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    /// <summary>How long a link works.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Makes a link's secret for an account; null when there is no enabled one of this address.</summary>
    public async Task<Secret?> CreateAsync(EmailAddress email, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var normalized = email.Normalized;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.AccountLinks.Where(link => link.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        var user = await context.Users.Where(u => u.NormalizedEmail == normalized && u.DisabledAt == null)
            .Select(u => new { u.Id, u.SecurityStamp }).FirstOrDefaultAsync(cancellationToken);
        if (user is null)
        {
            return null;
        }

        var secret = OneTimeSecret.Create();
        context.AccountLinks.Add(new AccountLinkRow
        {
            Hash = OneTimeSecret.Hash(secret),
            UserId = user.Id,
            SecurityStamp = user.SecurityStamp,
            ExpiresAt = now + Lifetime,
        });
        await context.SaveChangesAsync(cancellationToken);
        return secret;
    }

    /// <summary>The account that a link is for, if it still works. Looking changes nothing.</summary>
    public async Task<LinkTarget?> FindAsync(Secret secret, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var hash = OneTimeSecret.Hash(secret);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.AccountLinks
            .Where(link => link.Hash == hash && link.ExpiresAt > now && link.SecurityStamp == link.User!.SecurityStamp && link.User.DisabledAt == null)
            .Select(link => new LinkTarget(link.UserId, link.User!.Email, link.SecurityStamp))
            .FirstOrDefaultAsync(cancellationToken);
    }
}

/// <summary>Whose password a link sets.</summary>
/// <param name="UserId">The account.</param>
/// <param name="Email">Its address.</param>
/// <param name="SecurityStamp">The stamp under which the link works.</param>
internal sealed record LinkTarget(UserId UserId, string Email, long SecurityStamp);
