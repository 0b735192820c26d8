using Microsoft.EntityFrameworkCore;
using Mport.Server.Data;

namespace Mport.Server.Mail;

/// <summary>All queries about mails that wait. They survive a restart; how many wait is bounded.</summary>
internal sealed class MailStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    /// <summary>Mails that wait at most. Their rows are small; more than this means that the mail server has been away for long.</summary>
    public const int MaxWaiting = 1_000;

    /// <summary>How long whoever took a mail has for it before another one may: longer than <see cref="SmtpMailer.Limit"/>.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>Keeps a mail until it is sent; false when too many wait.</summary>
    public async Task<bool> AddAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.OutgoingMails.CountAsync(cancellationToken) >= MaxWaiting)
        {
            return false;
        }

        context.OutgoingMails.Add(new OutgoingMailRow
        {
            Id = mail.Id,
            Kind = mail.Kind,
            Email = mail.Email,
            Sealed = mail.Sealed,
            CreatedAt = mail.CreatedAt,
            DueAt = mail.CreatedAt,
            Attempts = 0,
        });
        await context.SaveChangesAsync(cancellationToken);
        return true;
    }

    /// <summary>Takes the mail that is due for longest, if one is; two edges never take the same.</summary>
    public async Task<OutgoingMail?> TakeAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        while (true)
        {
            var now = time.GetUtcNow();
            var row = await context.OutgoingMails.AsNoTracking().Where(mail => mail.DueAt <= now).OrderBy(mail => mail.DueAt).FirstOrDefaultAsync(cancellationToken);
            if (row is null)
            {
                return null;
            }

            var (id, attempts, lease) = (row.Id, row.Attempts, now + Lease);
            var taken = await context.OutgoingMails.Where(mail => mail.Id == id && mail.Attempts == attempts).ExecuteUpdateAsync(
                set => set.SetProperty(mail => mail.Attempts, mail => mail.Attempts + 1).SetProperty(mail => mail.DueAt, lease), cancellationToken);
            if (taken > 0)
            {
                return new OutgoingMail { Id = id, Kind = row.Kind, Email = row.Email, Sealed = row.Sealed, CreatedAt = row.CreatedAt, Attempts = attempts + 1 };
            }
        }
    }

    /// <summary>The mail could not be sent, and is due again at this time.</summary>
    public async Task PutBackAsync(MailId id, DateTimeOffset due, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.OutgoingMails.Where(mail => mail.Id == id).ExecuteUpdateAsync(set => set.SetProperty(mail => mail.DueAt, due), cancellationToken);
    }

    /// <summary>The mail was sent, or is given up.</summary>
    public async Task RemoveAsync(MailId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.OutgoingMails.Where(mail => mail.Id == id).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>When the next mail is due, and how many wait.</summary>
    public async Task<(DateTimeOffset? Due, int Waiting)> LookAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var due = await context.OutgoingMails.OrderBy(mail => mail.DueAt).Select(mail => (DateTimeOffset?)mail.DueAt).FirstOrDefaultAsync(cancellationToken);
        return (due, await context.OutgoingMails.CountAsync(cancellationToken));
    }
}
