using System.Text.Json;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Accounts.Login;
using Mport.Server.Accounts.Pages;
using Mport.Server.Accounts.Web;
using Mport.Server.Events;

namespace Mport.Server.Accounts.Passkeys;

/// <summary>
/// What somebody who is signed in does with passkeys. Adding one and removing one need the password, begin a new session, and end all others (SEC-67, SEC-68).
/// </summary>
internal sealed class PasskeyDesk(
    PasskeyCeremonies ceremonies, PasskeyTickets tickets, PasskeyStore passkeys, CredentialStore credentials, SignInDesk signIn, IEventLog events, ILogger<PasskeyDesk> logger)
{
    /// <summary>What a name must be.</summary>
    public const string NameRule = "It must have 1 to 64 visible characters, without blanks at the ends.";

    /// <summary>Why passkeys cannot be used at the address of this request, or null.</summary>
    public Failure? ObstacleAt(HttpContext context) => ceremonies.ObstacleAt(context);

    /// <summary>The account's passkeys.</summary>
    public Task<IReadOnlyList<PasskeyRecord>> ListAsync(WebSession session, CancellationToken cancellationToken) => passkeys.ListAsync(session.UserId, cancellationToken);

    /// <summary>One of the account's passkeys, or null.</summary>
    public Task<PasskeyRecord?> FindAsync(WebSession session, string id, CancellationToken cancellationToken) => passkeys.FindAsync(session.UserId, new PasskeyId(id), cancellationToken);

    /// <summary>Asks the browser for a new passkey.</summary>
    public async Task<(PasskeyOptionsAnswer? Question, Failure? Refusal)> BeginAsync(WebSession session, Secret password, HttpContext context, CancellationToken cancellationToken)
    {
        if (ceremonies.ObstacleAt(context) is { } obstacle)
        {
            return (null, obstacle);
        }

        if (await credentials.FindAsync(session.UserId, cancellationToken) is not { } account)
        {
            return (null, Failure.Of(AccountErrors.SignInNeeded));
        }

        if (await signIn.ConfirmAsync(account, password, WebVisitor.Of(context), cancellationToken) is { } wrong)
        {
            return (null, wrong);
        }

        if ((await passkeys.ListAsync(account.Id, cancellationToken)).Count >= PasskeyStore.MaxPerAccount)
        {
            return (null, Failure.Of(PasskeyErrors.PasskeyTooMany));
        }

        var question = await ceremonies.AskForNewAsync(account, context);
        return (new PasskeyOptionsAnswer(question.Options, tickets.Seal(question.State, PurposeOf(session))), null);
    }

    /// <summary>Adds the passkey that the browser has made.</summary>
    /// <param name="session">Who is signed in.</param>
    /// <param name="sealedTicket">The question's ticket.</param>
    /// <param name="credential">The browser's answer.</param>
    /// <param name="name">What its holder calls it.</param>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(AddedPasskey? Added, Failure? Refusal)> AddAsync(
        WebSession session, string? sealedTicket, JsonElement credential, TokenName name, HttpContext context, CancellationToken cancellationToken)
    {
        // The ticket is bound to the session, and the session to the account's stamp, which adding changes: so it works once.
        if (tickets.Open(sealedTicket, PurposeOf(session)) is not { } ticket)
        {
            return (null, Failure.Of(PasskeyErrors.PasskeyNotAdded));
        }

        if (ticket.IsLate)
        {
            return (null, Failure.Of(PasskeyErrors.PasskeyLate));
        }

        if (await ceremonies.CheckNewAsync(ticket, credential, context) is not { } made)
        {
            return (null, Failure.Of(PasskeyErrors.PasskeyNotAdded));
        }

        var (result, id) = await passkeys.AddAsync(session.UserId, session.SecurityStamp, name, made, cancellationToken);
        if (result is not PasskeyAdding.Added)
        {
            return (null, Failure.Of(result switch
            {
                PasskeyAdding.TooMany => PasskeyErrors.PasskeyTooMany,
                PasskeyAdding.Taken => PasskeyErrors.PasskeyNotAdded,
                PasskeyAdding.Outdated => AccountErrors.SignInNeeded,
                _ => throw new System.Diagnostics.UnreachableException(),
            }));
        }

        var visitor = WebVisitor.Of(context);
        logger.PasskeyChanged(id, session.UserId, "added", visitor.AddressText);
        await events.ChangedAsync(EventKinds.PasskeyAdded, ActorOf(session, visitor), session.UserId, EventSubject.Of(id, name.Value), ("name", null, name.Value));
        return await signIn.BeginAsync(session.UserId, visitor, cancellationToken) is SignInResult.SignedIn signedIn && await passkeys.FindAsync(session.UserId, id, cancellationToken) is { } added
            ? (new AddedPasskey(signedIn.Session, added), null)
            : (null, Failure.Of(AccountErrors.SignInNeeded));
    }

    /// <summary>Gives a passkey another name; false when it has changed or is gone since it was read.</summary>
    public async Task<bool> RenameAsync(WebSession session, PasskeyRecord passkey, TokenName name, WebVisitor visitor, CancellationToken cancellationToken)
    {
        if (!await passkeys.RenameAsync(session.UserId, passkey.Id, passkey.Revision, name, cancellationToken))
        {
            return false;
        }

        await events.ChangedAsync(EventKinds.PasskeyRenamed, ActorOf(session, visitor), session.UserId, EventSubject.Of(passkey.Id, name.Value), ("name", passkey.Name, name.Value));
        return true;
    }

    /// <summary>Removes a passkey, and goes on with a new session.</summary>
    public async Task<SignInResult> RemoveAsync(WebSession session, PasskeyRecord passkey, Secret password, WebVisitor visitor, CancellationToken cancellationToken)
    {
        if (await credentials.FindAsync(session.UserId, cancellationToken) is not { } account)
        {
            return new SignInResult.Refused(Failure.Of(AccountErrors.SignInNeeded));
        }

        if (await signIn.ConfirmAsync(account, password, visitor, cancellationToken) is { } wrong)
        {
            return new SignInResult.Refused(wrong);
        }

        if (await passkeys.RemoveAsync(session.UserId, passkey.Id, cancellationToken))
        {
            logger.PasskeyChanged(passkey.Id, session.UserId, "removed", visitor.AddressText);
            await events.ChangedAsync(EventKinds.PasskeyRemoved, ActorOf(session, visitor), session.UserId, EventSubject.Of(passkey.Id, passkey.Name), ("name", passkey.Name, null));
        }

        return await signIn.BeginAsync(session.UserId, visitor, cancellationToken);
    }

    private static string PurposeOf(WebSession session) => $"new {session.UserId} {session.Id}";

    private static EventActor ActorOf(WebSession session, WebVisitor visitor) => EventActor.OfUser(session.UserId, session.Email, visitor.Address);
}

/// <summary>A passkey just added.</summary>
/// <param name="Session">The session in which to go on.</param>
/// <param name="Passkey">The passkey.</param>
internal sealed record AddedPasskey(BegunWebSession Session, PasskeyRecord Passkey);
