using System.Data.Common;
using System.Net;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Events;

namespace Mport.Server.Edge.Sessions;

/// <summary>Decides who may have a session: wrong tokens by address, then the token, then its scope, then room.</summary>
internal sealed class SessionGate(TokenStore tokens, AttemptLimiter attempts, SessionRegistry sessions, SessionLimits limits, IEventLog events, TimeProvider time, ILogger<SessionGate> logger)
{
    private readonly EventRate _rate = new(time);

    /// <summary>The identity of the new session, or why there is none.</summary>
    public async Task<(SessionIdentity? Identity, Failure? Refusal)> AdmitAsync(Hello hello, IPEndPoint remote, CancellationToken cancellationToken)
    {
        var (accepted, refusal) = await CheckAsync(hello, remote, cancellationToken);
        if (accepted is null)
        {
            Record(hello, remote, refusal);
            return (null, refusal);
        }

        return RefuseForRoom(accepted) is { } full ? (null, full) : (IdentityOf(hello, remote, accepted), null);
    }

    /// <summary>The session that a further connection belongs to, or why it belongs to none. Another client's session looks like one that does not exist.</summary>
    public async Task<(EdgeSession? Session, Failure? Refusal)> RecogniseAsync(Hello hello, string id, IPEndPoint remote, CancellationToken cancellationToken)
    {
        var (accepted, refusal) = await CheckAsync(hello, remote, cancellationToken);
        if (accepted is null)
        {
            return (null, refusal);
        }

        var session = sessions.Find(id);
        return session?.Identity is { } known && known.UserId == accepted.UserId && known.TokenId == accepted.TokenId
            && known.ClientId == hello.ClientId && known.Instance == hello.Instance
            ? (session, null)
            : (null, Failure.Of(ProtocolErrors.SessionUnknown, retry: true));
    }

    private async Task<(TokenCheck.Accepted? Accepted, Failure? Refusal)> CheckAsync(Hello hello, IPEndPoint remote, CancellationToken cancellationToken)
    {
        if (attempts.BlockedFor(remote.Address) is { } wait)
        {
            return (null, TooMany(wait));
        }

        TokenCheck check;
        try
        {
            check = await tokens.CheckAsync(hello.Token, remote.Address, cancellationToken);
        }
        catch (DbException error)
        {
            logger.DatabaseFailed("look a token up", error.Message);
            return (null, Failure.Of(ProtocolErrors.EdgeUnavailable, retry: true));
        }

        switch (check)
        {
            case TokenCheck.Accepted accepted when !accepted.Scopes.HasFlag(TokenScopes.TunnelsHost):
                return (null, Failure.Of(AccountErrors.ScopeMissing, "The token lacks the scope tunnels:host, which a client needs."));
            case TokenCheck.Accepted accepted:
                attempts.RecordSuccess(remote.Address);
                return (accepted, null);
            case TokenCheck.Refused refused:
                // A revoked or expired token is proof of having been let in once; only guesses count.
                var guessed = refused.Why == AccountErrors.TokenMalformed || refused.Why == AccountErrors.TokenUnknown;
                return (null, guessed && attempts.RecordFailure(remote.Address) is { } blocked ? TooMany(blocked) : Failure.Of(refused.Why));
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    // The edge's own fault is no refusal; nor is it one that a blocked address hears so again.
    private void Record(Hello hello, IPEndPoint remote, Failure? refusal)
    {
        if (refusal is not null && refusal.Code != ProtocolErrors.EdgeUnavailable.Code && _rate.TryTake(remote.Address, out var more))
        {
            var key = AccessToken.TryGetKeyId(hello.Token, out var id) ? TokenId.Prefix + id : null;
            events.Record(ChangeEvents.Refused(key, remote.Address, refusal, more));
        }
    }

    private Failure? RefuseForRoom(TokenCheck.Accepted accepted) =>
        sessions.Count >= limits.MaxSessions
            ? Failure.Of(ProtocolErrors.EdgeFull, $"The edge has {limits.MaxSessions} sessions, the most that it takes.", retry: true)
            : sessions.CountOf(accepted.UserId) >= limits.MaxSessionsPerAccount
                ? Failure.Of(TunnelErrors.TooManySessions, $"The account has {limits.MaxSessionsPerAccount} sessions, the most that one may have.", retry: true)
                : null;

    // Retrying helps, since the right token from this address is only kept waiting.
    private static Failure TooMany(TimeSpan wait) =>
        Failure.Of(AccountErrors.TooManyAttempts, $"Several wrong tokens came from this address: it must wait {Math.Ceiling(wait.TotalSeconds):0} s.", retry: true)
            with
        { RetryAfter = wait };

    private SessionIdentity IdentityOf(Hello hello, IPEndPoint remote, TokenCheck.Accepted accepted) => new()
    {
        Id = Ulid.Create("ses", time),
        Generation = sessions.NextGeneration(),
        UserId = accepted.UserId,
        Email = accepted.Email,
        TokenId = accepted.TokenId,
        Names = accepted.Limits.Names,
        BeganAt = time.GetUtcNow(),
        ClientId = hello.ClientId,
        Instance = hello.Instance,
        Host = hello.Host,
        Remote = remote,
    };
}
