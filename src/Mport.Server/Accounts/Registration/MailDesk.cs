using System.Text;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Accounts.Web;
using Mport.Server.Events;
using Mport.Server.Mail;

namespace Mport.Server.Accounts.Registration;

/// <summary>
/// Takes the wish for a mail: to register, or to set a password. The answer and the work are the same whether the address has an account or not, for
/// nothing here looks: a row is written, and what the mail says is found out when it is sent (SEC-63).
/// </summary>
internal sealed class MailDesk(
    RegistrationOptions options, MailOutbox? outbox, MailThrottle throttle, AccountKey key, AccountsMetrics metrics, IEventLog events, TimeProvider time)
{
    private readonly EventRate _rate = new(time);

    /// <summary>Whether people may make accounts by themselves.</summary>
    public bool TakesRegistrations => options.Mode is RegistrationMode.Open && outbox is not null;

    /// <summary>Whether accounts are made by invitation.</summary>
    public bool TakesInvitations => options.Mode is not RegistrationMode.Closed;

    /// <summary>Whether the edge sends mail.</summary>
    public bool SendsMail => outbox is not null;

    /// <summary>Whether an address may register: people may do it, and its domain is allowed.</summary>
    public bool Allows(EmailAddress email) => TakesRegistrations && options.Domains.Allows(email);

    /// <summary>Somebody wants to register with an address.</summary>
    /// <returns>Why not, or null when the mail is on the way, should there be one.</returns>
    public async Task<Failure?> RegisterAsync(string typed, WebVisitor visitor, CancellationToken cancellationToken) =>
        !TakesRegistrations ? Failure.Of(SignupErrors.RegistrationClosed)
        : !EmailAddress.TryParseTyped(typed, out var email) || !SmtpMailer.CanReach(email) ? InvalidAddress
        : !options.Domains.Allows(email) ? Count(Failure.Of(SignupErrors.DomainRefused))
        : await AskAsync(MailKind.Registration, EventKinds.RegistrationRequested, email, visitor, cancellationToken);

    /// <summary>Somebody forgot the password of an address's account.</summary>
    /// <inheritdoc cref="RegisterAsync" path="/returns" />
    public async Task<Failure?> ResetPasswordAsync(string typed, WebVisitor visitor, CancellationToken cancellationToken) =>
        !SendsMail ? Failure.Of(SignupErrors.MailMissing)
        : !EmailAddress.TryParseTyped(typed, out var email) ? InvalidAddress
        : await AskAsync(MailKind.PasswordReset, EventKinds.PasswordResetRequested, email, visitor, cancellationToken);

    /// <summary>Sends an invitation that was made.</summary>
    /// <returns>Whether it will be sent; false also where the edge sends no mail.</returns>
    public async Task<bool> InviteAsync(EmailAddress email, Secret secret, CancellationToken cancellationToken)
    {
        if (outbox is null || !SmtpMailer.CanReach(email))
        {
            return false;
        }

        var id = MailId.Create(time);
        var mail = new OutgoingMail
        {
            Id = id,
            Kind = MailKind.Invitation,
            Email = email.Value,
            Sealed = key.Seal(Encoding.ASCII.GetBytes(secret.Reveal()), id.Value),
            CreatedAt = time.GetUtcNow(),
            Attempts = 0,
        };
        return await outbox.AddAsync(mail, cancellationToken);
    }

    private static Failure InvalidAddress => Failure.Of(AccountErrors.AccountFieldInvalid, "It is not an e-mail address of the form name@host.");

    private async Task<Failure?> AskAsync(MailKind kind, EventKind asked, EmailAddress email, WebVisitor visitor, CancellationToken cancellationToken)
    {
        if (throttle.Ask(visitor.Address) is { } wait)
        {
            return Count(Failure.Of(SignupErrors.MailTooOften, $"Several mails were asked for from this address: it must wait {Math.Ceiling(wait.TotalSeconds):0} s.", retry: true)
                with
            { RetryAfter = wait });
        }

        // Not told: it would tell others who else asked.
        if (!throttle.TryTake(email))
        {
            metrics.MailAsked("withheld");
            return null;
        }

        var mail = new OutgoingMail { Id = MailId.Create(time), Kind = kind, Email = email.Value, CreatedAt = time.GetUtcNow(), Attempts = 0 };
        if (outbox is null || !await outbox.AddAsync(mail, cancellationToken))
        {
            return Count(Failure.Of(SignupErrors.MailBusy, retry: true));
        }

        metrics.MailAsked(kind.ToText());
        if (_rate.TryTake(visitor.Address, out _))
        {
            events.Record(new EdgeEvent { Kind = asked, Actor = EventActor.Unknown(email.Value, visitor.Address), Subject = new EventSubject("mail", mail.Id.Value, email.Value) });
        }

        return null;
    }

    private Failure Count(Failure why)
    {
        metrics.MailAsked(why.Code.ToString());
        return why;
    }
}
