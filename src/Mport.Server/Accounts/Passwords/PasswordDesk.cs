using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Accounts.Invitations;
using Mport.Server.Accounts.Links;
using Mport.Server.Accounts.Login;
using Mport.Server.Accounts.Registration;
using Mport.Server.Accounts.Web;
using Mport.Server.Events;

namespace Mport.Server.Accounts.Passwords;

/// <summary>Sets passwords: one's own, one by a link, the first one of an invited or registered account.</summary>
internal sealed class PasswordDesk(
    CredentialStore credentials, LinkStore links, InvitationStore invitations, RegistrationStore registrations, SignInDesk signIn, PasswordWork work, IEventLog events, ILogger<PasswordDesk> logger)
{
    /// <summary>Changes the password of who is signed in, and begins a new session for them; all others end.</summary>
    public async Task<SignInResult> ChangeAsync(WebSession session, Secret current, Secret chosen, WebVisitor visitor, CancellationToken cancellationToken)
    {
        if (await credentials.FindAsync(session.UserId, cancellationToken) is not { } account || !EmailAddress.TryParse(account.Email, out var email))
        {
            return new SignInResult.Refused(Failure.Of(AccountErrors.SignInNeeded));
        }

        return await signIn.ConfirmAsync(account, current, visitor, cancellationToken) is { } wrong ? new SignInResult.Refused(wrong)
            : PasswordRules.Check(chosen, email) is { } unfit ? new SignInResult.Refused(unfit)
            : await SetAsync(account.Id, account.Email, session.SecurityStamp, chosen, visitor, cancellationToken) is { } failed ? new SignInResult.Refused(failed)
            : await signIn.BeginAsync(account.Id, visitor, cancellationToken);
    }

    /// <summary>Sets the password that a link is for. Nobody is signed in by it: a second factor is still asked for.</summary>
    /// <returns>Why not, or null.</returns>
    public async Task<Failure?> SetByLinkAsync(Secret link, Secret chosen, WebVisitor visitor, CancellationToken cancellationToken)
    {
        if (await links.FindAsync(link, cancellationToken) is not { } target || !EmailAddress.TryParse(target.Email, out var email))
        {
            return Failure.Of(AccountErrors.LinkInvalid);
        }

        return PasswordRules.Check(chosen, email) ?? await SetAsync(target.UserId, target.Email, target.SecurityStamp, chosen, visitor, cancellationToken);
    }

    /// <summary>Makes the account that somebody was invited to, with this password, and signs it in.</summary>
    public async Task<SignInResult> AcceptAsync(Secret invitation, Secret chosen, WebVisitor visitor, CancellationToken cancellationToken)
    {
        if (await invitations.FindAsync(invitation, cancellationToken) is not { } found || !EmailAddress.TryParse(found.Email, out var email))
        {
            return new SignInResult.Refused(Failure.Of(AccountErrors.InvitationInvalid));
        }

        if (PasswordRules.Check(chosen, email) is { } unfit)
        {
            return new SignInResult.Refused(unfit);
        }

        if (await work.HashAsync(chosen, cancellationToken) is not { } hash)
        {
            return new SignInResult.Refused(Failure.Of(AccountErrors.SignInBusy, retry: true));
        }

        if (await invitations.AcceptAsync(invitation, hash, cancellationToken) is not { } user)
        {
            return new SignInResult.Refused(Failure.Of(AccountErrors.InvitationInvalid));
        }

        logger.InvitationAccepted(user, visitor.AddressText);
        await events.ChangedAsync(
            EventKinds.InvitationAccepted, EventActor.OfUser(user, found.Email, visitor.Address), user, EventSubject.Of(user, found.Email), ("email", null, found.Email));
        return await signIn.BeginAsync(user, visitor, cancellationToken);
    }

    /// <summary>Makes the account of who has confirmed an address by a mail's link, with this password, and signs it in.</summary>
    public async Task<SignInResult> ConfirmAsync(Secret registration, Secret chosen, WebVisitor visitor, CancellationToken cancellationToken)
    {
        if (await registrations.FindAsync(registration, cancellationToken) is not { } email)
        {
            return new SignInResult.Refused(Failure.Of(SignupErrors.ConfirmationInvalid));
        }

        if (PasswordRules.Check(chosen, email) is { } unfit)
        {
            return new SignInResult.Refused(unfit);
        }

        if (await work.HashAsync(chosen, cancellationToken) is not { } hash)
        {
            return new SignInResult.Refused(Failure.Of(AccountErrors.SignInBusy, retry: true));
        }

        if (await registrations.ConfirmAsync(registration, hash, cancellationToken) is not { } user)
        {
            return new SignInResult.Refused(Failure.Of(SignupErrors.ConfirmationInvalid));
        }

        logger.RegistrationConfirmed(user, visitor.AddressText);
        await events.ChangedAsync(
            EventKinds.RegistrationConfirmed, EventActor.OfUser(user, email.Value, visitor.Address), user, EventSubject.Of(user, email.Value), ("email", null, email.Value));
        return await signIn.BeginAsync(user, visitor, cancellationToken);
    }

    private async Task<Failure?> SetAsync(UserId user, string email, long stamp, Secret chosen, WebVisitor visitor, CancellationToken cancellationToken)
    {
        if (await work.HashAsync(chosen, cancellationToken) is not { } hash)
        {
            return Failure.Of(AccountErrors.SignInBusy, retry: true);
        }

        if (!await credentials.SetPasswordAsync(user, stamp, hash, cancellationToken))
        {
            return Failure.Of(AccountErrors.LinkInvalid);
        }

        logger.PasswordSet(user, visitor.AddressText);
        await events.ChangedAsync(EventKinds.PasswordChanged, EventActor.OfUser(user, email, visitor.Address), user, EventSubject.Of(user, email));
        return null;
    }
}
