using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Accounts.Pages;
using Mport.Server.Accounts.Passwords;
using Mport.Server.Accounts.Totp;
using Mport.Server.Accounts.Web;
using Mport.Server.Events;

namespace Mport.Server.Accounts.Login;

/// <summary>
/// Lets people in: throttle, password, second factor, session. Each step begins another session than the one before (SEC-67), and a known and an unknown
/// account take the same way (SEC-63).
/// </summary>
internal sealed class SignInDesk(
    CredentialStore credentials,
    WebSessionStore sessions,
    PasswordWork work,
    SecondFactor secondFactor,
    LoginThrottle throttle,
    AccountsMetrics metrics,
    IEventLog events,
    TimeProvider time,
    ILogger<SignInDesk> logger)
{
    private readonly EventRate _rate = new(time);

    /// <summary>Checks address and password.</summary>
    public async Task<SignInResult> SignInAsync(string typedEmail, Secret password, WebVisitor visitor, CancellationToken cancellationToken)
    {
        var isEmail = EmailAddress.TryParseTyped(typedEmail, out var email);
        var name = isEmail ? email.Normalized : "";
        if (throttle.BlockedFor(name, visitor.Address) is { } wait)
        {
            return Refuse(TooOften(wait), name, visitor);
        }

        var account = isEmail ? await credentials.FindAsync(email, cancellationToken) : null;
        if (await work.VerifyAsync(account?.PasswordHash, password, cancellationToken) is not { } right)
        {
            return Refuse(Failure.Of(AccountErrors.SignInBusy, retry: true), name, visitor);
        }

        if (!right || account is null)
        {
            throttle.RecordFailure(name, visitor.Address);
            return Refuse(Failure.Of(AccountErrors.SignInRefused), name, visitor);
        }

        // Only who knows the password learns what became of the account.
        if (account.IsDisabled)
        {
            return Refuse(Failure.Of(AccountErrors.AccountDisabled), name, visitor);
        }

        throttle.RecordSuccess(name, visitor.Address);
        await UpgradeAsync(account, password, cancellationToken);
        return account.TotpSince is null ? await LetInAsync(account, "password", visitor, cancellationToken) : await AskForCodeAsync(account, visitor, cancellationToken);
    }

    /// <summary>Checks the code of a session that awaits one; that session is over afterwards, whatever its cookie is used for.</summary>
    public async Task<SignInResult> EnterCodeAsync(WebSession pending, string code, WebVisitor visitor, CancellationToken cancellationToken)
    {
        // The account's own codes, counted apart from its password.
        var name = pending.UserId.Value;
        if (throttle.BlockedFor(name, visitor.Address) is { } wait)
        {
            return Refuse(TooOften(wait), pending.Email, visitor);
        }

        var account = await credentials.FindAsync(pending.UserId, cancellationToken);
        if (!pending.AwaitsCode || account is not { IsDisabled: false } || account.SecurityStamp != pending.SecurityStamp)
        {
            return Refuse(Failure.Of(AccountErrors.SignInNeeded), pending.Email, visitor);
        }

        if (!await secondFactor.CheckAsync(account, code, cancellationToken))
        {
            throttle.RecordFailure(name, visitor.Address);
            return Refuse(Failure.Of(AccountErrors.CodeRefused), pending.Email, visitor);
        }

        throttle.RecordSuccess(name, visitor.Address);
        await sessions.EndAsync(pending.UserId, pending.Id, cancellationToken);
        return await LetInAsync(account, "password and code", visitor, cancellationToken);
    }

    /// <summary>Whether this is the account's password, for what needs it a second time; throttled like signing in.</summary>
    /// <returns>Why not, or null.</returns>
    public async Task<Failure?> ConfirmAsync(LoginRecord account, Secret password, WebVisitor visitor, CancellationToken cancellationToken)
    {
        var name = account.Email.ToLowerInvariant();
        if (throttle.BlockedFor(name, visitor.Address) is { } wait)
        {
            return TooOften(wait);
        }

        switch (await work.VerifyAsync(account.PasswordHash, password, cancellationToken))
        {
            case null:
                return Failure.Of(AccountErrors.SignInBusy, retry: true);
            case true:
                throttle.RecordSuccess(name, visitor.Address);
                return null;
            default:
                throttle.RecordFailure(name, visitor.Address);
                return Failure.Of(AccountErrors.SignInRefused);
        }
    }

    /// <summary>Begins the session of an account that has proved itself by other means, such as an invitation.</summary>
    public async Task<SignInResult> BeginAsync(UserId user, WebVisitor visitor, CancellationToken cancellationToken) =>
        await credentials.FindAsync(user, cancellationToken) is { IsDisabled: false } account
            ? await BeginAsync(account, visitor, cancellationToken)
            : Refuse(Failure.Of(AccountErrors.SignInNeeded), user.Value, visitor);

    /// <summary>Begins the session of who has proved to be this account, and writes it down.</summary>
    /// <param name="account">The account.</param>
    /// <param name="method">By what it was proved, for the event log.</param>
    /// <param name="visitor">From where.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<SignInResult> LetInAsync(LoginRecord account, string method, WebVisitor visitor, CancellationToken cancellationToken)
    {
        var begun = await BeginAsync(account, visitor, cancellationToken);
        await events.ChangedAsync(
            EventKinds.LoginSucceeded, EventActor.OfUser(account.Id, account.Email, visitor.Address), account.Id, EventSubject.Of(account.Id, account.Email),
            ("browser", null, BrowserName.Of(visitor.UserAgent)), ("method", null, method));
        return begun;
    }

    private async Task<SignInResult> BeginAsync(LoginRecord account, WebVisitor visitor, CancellationToken cancellationToken)
    {
        var session = await sessions.BeginAsync(account.Id, account.SecurityStamp, awaitsCode: false, visitor, cancellationToken);
        metrics.SignIn("signed_in");
        logger.SignedIn(account.Id, visitor.AddressText, session.Id);
        return new SignInResult.SignedIn(session);
    }

    private async Task<SignInResult> AskForCodeAsync(LoginRecord account, WebVisitor visitor, CancellationToken cancellationToken)
    {
        metrics.SignIn("code_wanted");
        return new SignInResult.CodeWanted(await sessions.BeginAsync(account.Id, account.SecurityStamp, awaitsCode: true, visitor, cancellationToken));
    }

    private async Task UpgradeAsync(LoginRecord account, Secret password, CancellationToken cancellationToken)
    {
        if (account.PasswordHash is { } before && PasswordHasher.IsOutdated(before) && await work.HashAsync(password, cancellationToken) is { } after)
        {
            await credentials.UpgradeHashAsync(account.Id, before, after, cancellationToken);
        }
    }

    /// <summary>Lets nobody in, and writes that down.</summary>
    /// <param name="why">Why not.</param>
    /// <param name="claimed">Who it would have been; empty where that is not known.</param>
    /// <param name="visitor">From where.</param>
    public SignInResult.Refused Refuse(Failure why, string claimed, WebVisitor visitor)
    {
        if (_rate.TryTake(visitor.Address, out var more))
        {
            events.Record(ChangeEvents.Refused(claimed.Length == 0 ? null : claimed, visitor.Address, why, more));
        }

        metrics.SignIn(why.Code.ToString());
        logger.SignInRefused(visitor.AddressText, why.Code.ToString());
        return new SignInResult.Refused(why);
    }

    /// <summary>The refusal of who has to wait.</summary>
    public static Failure TooOften(TimeSpan wait) =>
        Failure.Of(AccountErrors.SignInTooOften, $"Several wrong passwords or codes came from this address: it must wait {Math.Ceiling(wait.TotalSeconds):0} s.", retry: true)
            with
        { RetryAfter = wait };
}
