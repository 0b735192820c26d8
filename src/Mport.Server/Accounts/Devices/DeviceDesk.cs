using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Accounts.Login;
using Mport.Server.Accounts.Web;
using Mport.Server.Edge.Listeners;
using Mport.Server.Events;

namespace Mport.Server.Accounts.Devices;

/// <summary>Logins of machines: they begin one, a person approves it, they get a token. The ideas are RFC 8628's.</summary>
internal sealed class DeviceDesk(DeviceLoginStore store, TokenStore tokens, CredentialStore credentials, AccountsMetrics metrics, IEventLog events, TimeProvider time, ILogger<DeviceDesk> logger)
{
    // Logins that one address may begin, and codes that one person may mistype, before they wait.
    private const int FreeBeginnings = 20;
    private const int FreeMistakes = 10;

    private readonly FailureTable<AddressBlock> _beginnings = new(time);
    private readonly FailureTable<UserId> _mistakes = new(time);

    /// <summary>A machine begins a login.</summary>
    /// <returns>Its codes, or why there are none.</returns>
    public async Task<(BegunDeviceLogin? Begun, Failure? Refusal)> BeginAsync(string? machine, WebVisitor visitor, CancellationToken cancellationToken)
    {
        var address = AddressBlock.Of(visitor.Address);
        if ((_beginnings.BlockedFor(address) ?? _beginnings.RecordFailure(address, FreeBeginnings)) is { } wait)
        {
            metrics.Device("throttled");
            return (null, Failure.Of(AccountErrors.SignInTooOften, $"Many logins were begun from this address: it must wait {Math.Ceiling(wait.TotalSeconds):0} s.", retry: true) with { RetryAfter = wait });
        }

        if (await store.BeginAsync(machine ?? "", visitor.AddressText, cancellationToken) is not { } begun)
        {
            metrics.Device("throttled");
            return (null, Failure.Of(AccountErrors.SignInBusy, retry: true) with { RetryAfter = TimeSpan.FromSeconds(30) });
        }

        metrics.Device("begun");
        return (begun, null);
    }

    /// <summary>The machine that shows the code that somebody typed, or why it cannot be shown.</summary>
    public async Task<(WaitingDevice? Device, Failure? Refusal)> FindAsync(WebSession session, string typed, CancellationToken cancellationToken)
    {
        if (_mistakes.BlockedFor(session.UserId) is { } wait)
        {
            return (null, Failure.Of(AccountErrors.SignInTooOften, $"Several wrong codes were typed: wait {Math.Ceiling(wait.TotalSeconds):0} s.", retry: true) with { RetryAfter = wait });
        }

        if (UserCode.Read(typed) is { } code && await store.FindAsync(code, cancellationToken) is { } device)
        {
            return (device, null);
        }

        _mistakes.RecordFailure(session.UserId, FreeMistakes);
        return (null, Failure.Of(AccountErrors.DeviceCodeInvalid));
    }

    /// <summary>A person decides on the machine that shows a code.</summary>
    /// <returns>The machine, or why nothing was decided.</returns>
    public async Task<(WaitingDevice? Device, Failure? Refusal)> DecideAsync(WebSession session, string typed, bool approve, WebVisitor visitor, CancellationToken cancellationToken)
    {
        if (approve && !session.Role.MostScopes().HasFlag(TokenScopes.TunnelsHost))
        {
            return (null, Failure.Of(AccountErrors.RoleForbids));
        }

        var (device, refusal) = await FindAsync(session, typed, cancellationToken);
        if (device is null || UserCode.Read(typed) is not { } code)
        {
            return (null, refusal);
        }

        if (!await store.DecideAsync(code, session.UserId, approve, cancellationToken))
        {
            return (null, Failure.Of(AccountErrors.DeviceCodeInvalid));
        }

        logger.DeviceDecided(session.UserId, device.Machine, visitor.AddressText, approve);
        await events.ChangedAsync(
            approve ? EventKinds.DeviceApproved : EventKinds.DeviceDenied,
            EventActor.OfUser(session.UserId, session.Email, visitor.Address),
            session.UserId,
            EventSubject.Of(session.UserId, session.Email),
            ("machine", null, device.Machine));
        metrics.Device(approve ? "approved" : "refused");
        return (device, null);
    }

    /// <summary>A machine asks for its token.</summary>
    /// <returns>The token with the account's address, or why there is none yet or at all.</returns>
    public async Task<(DeviceToken? Token, Failure? Refusal)> PollAsync(Secret device, CancellationToken cancellationToken)
    {
        switch (await store.PollAsync(device, cancellationToken))
        {
            case DeviceAnswer.Approved approved:
                return await IssueAsync(approved, cancellationToken) is { } issued ? (issued, null) : (null, Failure.Of(AccountErrors.DeviceRefused));
            case DeviceAnswer.Waiting { TooSoon: true } hasty:
                return (null, Failure.Of(AccountErrors.DeviceTooFast, retry: true) with { RetryAfter = hasty.Interval });
            case DeviceAnswer.Waiting waiting:
                return (null, Failure.Of(AccountErrors.DeviceWaiting, retry: true) with { RetryAfter = waiting.Interval });
            case DeviceAnswer.Denied:
                return (null, Failure.Of(AccountErrors.DeviceRefused));
            default:
                return (null, Failure.Of(AccountErrors.DeviceCodeInvalid));
        }
    }

    private async Task<DeviceToken?> IssueAsync(DeviceAnswer.Approved approved, CancellationToken cancellationToken)
    {
        var user = await credentials.FindAsync(approved.UserId, cancellationToken);
        if (user is not { IsDisabled: false } || !TokenName.TryParse($"mport on {approved.Machine}", out var name))
        {
            return null;
        }

        var scopes = TokenScopes.Default & user.Role.MostScopes();
        if (!scopes.HasFlag(TokenScopes.TunnelsHost))
        {
            return null;
        }

        var issued = await tokens.CreateAsync(new NewToken { UserId = user.Id, Name = name, Scopes = scopes }, cancellationToken);
        logger.DeviceLoggedIn(approved.Machine, user.Id, issued.Id);
        await events.ChangedAsync(
            EventKinds.TokenCreated,
            EventActor.OfUser(user.Id, user.Email, address: null),
            user.Id,
            EventSubject.Of(issued.Id, name.Value),
            ("name", null, name.Value), ("scopes", null, TokenScopeNames.ToText(scopes)));
        return new DeviceToken(issued.Token, user.Email);
    }
}

/// <summary>What an approved machine gets.</summary>
/// <param name="Token">The token, which is shown nowhere else.</param>
/// <param name="Account">The account's address.</param>
internal sealed record DeviceToken(Secret Token, string Account);
