using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Accounts.Totp;
using Mport.Server.Accounts.Web;
using Mport.Server.Events;

namespace Mport.Server.Accounts.Login;

/// <summary>What somebody who is signed in does with the second factor. Each change begins a new session, and all others end (SEC-67, SEC-68).</summary>
internal sealed class AccountDesk(CredentialStore credentials, SecondFactor secondFactor, SignInDesk signIn, LoginThrottle throttle, IEventLog events, ILogger<AccountDesk> logger)
{
    /// <summary>The secret that was made and waits for its first code, or null.</summary>
    public Task<Secret?> FindBegunAsync(WebSession session, CancellationToken cancellationToken) => secondFactor.FindBegunAsync(session.UserId, cancellationToken);

    /// <summary>Makes a secret, which <see cref="FindBegunAsync"/> shows.</summary>
    /// <returns>Why not, or null.</returns>
    public async Task<Failure?> BeginFactorAsync(WebSession session, Secret password, WebVisitor visitor, CancellationToken cancellationToken)
    {
        if (await credentials.FindAsync(session.UserId, cancellationToken) is not { } account)
        {
            return Failure.Of(AccountErrors.SignInNeeded);
        }

        return await signIn.ConfirmAsync(account, password, visitor, cancellationToken)
            ?? (await secondFactor.BeginAsync(session.UserId, cancellationToken) is null ? Failure.Of(AccountErrors.SecondFactorSet) : null);
    }

    /// <summary>Takes the first code; from now on signing in asks for one.</summary>
    public async Task<(EnabledFactor? Enabled, Failure? Refusal)> EnableFactorAsync(WebSession session, string code, WebVisitor visitor, CancellationToken cancellationToken)
    {
        var name = session.UserId.Value;
        if (throttle.BlockedFor(name, visitor.Address) is { } wait)
        {
            return (null, Failure.Of(AccountErrors.SignInTooOften, $"Several wrong codes came from this address: it must wait {Math.Ceiling(wait.TotalSeconds):0} s.", retry: true) with { RetryAfter = wait });
        }

        if (await secondFactor.EnableAsync(session.UserId, code, cancellationToken) is not { } codes)
        {
            throttle.RecordFailure(name, visitor.Address);
            return (null, Failure.Of(AccountErrors.CodeRefused));
        }

        logger.SecondFactorChanged(session.UserId, "on", visitor.AddressText);
        await RecordAsync(EventKinds.TotpEnabled, session, visitor);
        return await signIn.BeginAsync(session.UserId, visitor, cancellationToken) is SignInResult.SignedIn signedIn
            ? (new EnabledFactor(signedIn.Session, codes), null)
            : (null, Failure.Of(AccountErrors.SignInNeeded));
    }

    /// <summary>Signing in asks for no code any more.</summary>
    public async Task<SignInResult> DisableFactorAsync(WebSession session, Secret password, WebVisitor visitor, CancellationToken cancellationToken)
    {
        if (await credentials.FindAsync(session.UserId, cancellationToken) is not { } account)
        {
            return new SignInResult.Refused(Failure.Of(AccountErrors.SignInNeeded));
        }

        if (await signIn.ConfirmAsync(account, password, visitor, cancellationToken) is { } wrong)
        {
            return new SignInResult.Refused(wrong);
        }

        await credentials.DisableTotpAsync(session.UserId, cancellationToken);
        logger.SecondFactorChanged(session.UserId, "off", visitor.AddressText);
        await RecordAsync(EventKinds.TotpDisabled, session, visitor);
        return await signIn.BeginAsync(session.UserId, visitor, cancellationToken);
    }

    private Task RecordAsync(EventKind kind, WebSession session, WebVisitor visitor) => events.ChangedAsync(
        kind, EventActor.OfUser(session.UserId, session.Email, visitor.Address), session.UserId, EventSubject.Of(session.UserId, session.Email));
}

/// <summary>A second factor just switched on.</summary>
/// <param name="Session">The session in which to go on.</param>
/// <param name="RecoveryCodes">Shown once.</param>
internal sealed record EnabledFactor(BegunWebSession Session, IReadOnlyList<Secret> RecoveryCodes);
