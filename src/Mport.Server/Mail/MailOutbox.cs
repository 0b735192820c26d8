using System.Threading.Channels;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Events;

namespace Mport.Server.Mail;

/// <summary>
/// Sends what waits in the database, one mail after the other, and tries again with growing pauses for a day. Whoever asks for a mail waits for its row
/// alone, never for the mail server.
/// </summary>
internal sealed class MailOutbox(MailStore store, MailWriter writer, SmtpMailer mailer, IEventLog events, MailMetrics metrics, TimeProvider time, ILogger<MailOutbox> logger)
{
    /// <summary>How often the database is looked at when nothing was said: another process may have left a mail there.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    // After a server that does not answer: the others that are due would fare no better.
    private static readonly TimeSpan ServerPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Takes a mail that is to be sent soon; false when too many wait.</summary>
    public async Task<bool> AddAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        if (!await store.AddAsync(mail, cancellationToken))
        {
            return false;
        }

        _news.Writer.TryWrite(true);
        return true;
    }

    /// <summary>Sends until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // What was said until now is in the database: the look that follows sees it, and one more for its sake would find nothing.
            _news.Reader.TryRead(out _);
            TimeSpan pause;
            try
            {
                pause = await SendDueAsync(cancellationToken);
            }
            catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
            {
                logger.OutboxNotRead((failed.InnerException ?? failed).Message);
                pause = Interval;
            }

            await WaitAsync(pause, cancellationToken);
        }
    }

    /// <summary>Sends what is due.</summary>
    /// <returns>When to look again.</returns>
    private async Task<TimeSpan> SendDueAsync(CancellationToken cancellationToken)
    {
        var serverWorks = true;
        while (serverWorks && await store.TakeAsync(cancellationToken) is { } mail)
        {
            serverWorks = await SendAsync(mail, cancellationToken);
        }

        var (due, waiting) = await store.LookAsync(cancellationToken);
        metrics.Waiting(waiting);
        var pause = due is { } next && next - time.GetUtcNow() < Interval ? next - time.GetUtcNow() : Interval;
        var least = serverWorks ? ShortestPause : ServerPause;
        return pause < least ? least : pause;
    }

    /// <summary>Sends a mail; false when the server takes none.</summary>
    private async Task<bool> SendAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        // One that lay there while no edge ran: whoever asked for it does not wait any more.
        if (mail.CreatedAt + MailBackoff.Patience <= time.GetUtcNow())
        {
            await GiveUpAsync(mail, Failure.Of(MailErrors.GivenUp), cancellationToken);
            return true;
        }

        if (!EmailAddress.TryParse(mail.Email, out var to) || await writer.WriteAsync(mail, to, cancellationToken) is not { } text)
        {
            await store.RemoveAsync(mail.Id, cancellationToken);
            metrics.Tried("needless");
            return true;
        }

        var failure = await mailer.SendAsync(mail.Id, to, text, cancellationToken);
        if (failure is null)
        {
            await store.RemoveAsync(mail.Id, cancellationToken);
            metrics.Tried("sent");
            logger.MailSent(mail.Id, mail.Kind.ToText());
            return true;
        }

        var wait = MailBackoff.After(mail.Attempts);
        if (failure.Retry && time.GetUtcNow() + wait < mail.CreatedAt + MailBackoff.Patience)
        {
            await store.PutBackAsync(mail.Id, time.GetUtcNow() + wait, cancellationToken);
            metrics.Tried("failed");
            logger.MailNotSent(failure.Code.ToString(), mail.Id, mail.Kind.ToText(), mail.Attempts, wait, failure.Text);
        }
        else
        {
            await GiveUpAsync(mail, failure, cancellationToken);
        }

        return failure.Code == MailErrors.AddressRefused.Code;
    }

    private async Task GiveUpAsync(OutgoingMail mail, Failure failure, CancellationToken cancellationToken)
    {
        await store.RemoveAsync(mail.Id, cancellationToken);
        metrics.Tried("given_up");
        logger.MailGivenUp(MailErrors.GivenUp.Code.ToString(), mail.Id, mail.Kind.ToText(), mail.Attempts, failure.Text);
        events.Record(new EdgeEvent
        {
            Kind = EventKinds.MailGivenUp,
            Actor = EventActor.Edge,
            Subject = new EventSubject("mail", mail.Id.Value, mail.Email),
            Code = MailErrors.GivenUp.Code.ToString(),
            Reason = $"{mail.Kind.ToText()}: {failure.Text}",
        });
    }

    private async Task WaitAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(pause, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await _news.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing new.
        }
    }
}
