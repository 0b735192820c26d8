using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Invitations;
using Mport.Server.Accounts.Links;
using Mport.Server.Accounts.Registration;
using Mport.Server.Events;

namespace Mport.Server.Mail;

/// <summary>
/// Writes a mail at the moment at which it is sent. Only here is it looked at whether an address has an account: whoever asked for the mail got an answer
/// long before, which cannot tell (SEC-63). Each attempt makes a link of its own, of which the hash alone is kept.
/// </summary>
internal sealed class MailWriter(UserStore users, AccountStores accounts, AccountKey key, AccountLinks links, IEventLog events)
{
    /// <summary>The text of a mail; null when there is nothing to tell any more.</summary>
    public Task<MailText?> WriteAsync(OutgoingMail mail, EmailAddress to, CancellationToken cancellationToken) => mail.Kind switch
    {
        MailKind.Registration => WriteRegistrationAsync(to, cancellationToken),
        MailKind.PasswordReset => WriteResetAsync(to, MailTexts.PasswordReset, cancellationToken),
        MailKind.Invitation => WriteInvitationAsync(mail, cancellationToken),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private async Task<MailText?> WriteRegistrationAsync(EmailAddress to, CancellationToken cancellationToken) =>
        await accounts.Registrations.CreateAsync(to, cancellationToken) is { } secret
            ? MailTexts.Registration(links.Root + "/", links.Confirmation(secret))
            : await WriteResetAsync(to, MailTexts.AccountExists, cancellationToken);

    // Nothing for who has no account: the mail would tell a stranger of the edge, and nobody anything else.
    private async Task<MailText?> WriteResetAsync(EmailAddress to, Func<string, Secret, MailText> compose, CancellationToken cancellationToken)
    {
        if (await users.FindAsync(to, cancellationToken) is not { } user || await accounts.Links.CreateAsync(to, cancellationToken) is not { } secret)
        {
            return null;
        }

        await events.ChangedAsync(EventKinds.PasswordLinkCreated, EventActor.Edge, user.Id, EventSubject.Of(user.Id, user.Email));
        return compose(links.Root + "/", links.Password(secret));
    }

    private async Task<MailText?> WriteInvitationAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        if (mail.Sealed is not { } whole || key.Open(whole, mail.Id.Value) is not { } plain)
        {
            return null;
        }

        var secret = new Secret(System.Text.Encoding.ASCII.GetString(plain));
        return await accounts.Invitations.FindAsync(secret, cancellationToken) is { } invitation
            ? MailTexts.Invitation(links.Root + "/", invitation.Role, invitation.ExpiresAt, links.Invitation(secret))
            : null;
    }
}
