using System.Diagnostics;
using System.Net;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;

namespace Mport.Server.Api;

/// <summary>Callers with an access token: <c>Authorization: Bearer mpt_…</c>. Wrong ones make their address wait, at the API and for clients alike (SEC-62).</summary>
internal sealed class BearerSource(TokenStore tokens, AttemptLimiter attempts) : ICallerSource
{
    private const string Scheme = "Bearer ";

    /// <inheritdoc />
    public async ValueTask<CallerAnswer?> FindAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
        {
            return null;
        }

        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return new CallerAnswer.Refused(ApiProblem.Of(StatusCodes.Status401Unauthorized, ApiErrors.Unauthenticated, "The Authorization header is not of the scheme Bearer."));
        }

        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (attempts.BlockedFor(address) is { } wait)
        {
            return new CallerAnswer.Refused(TooMany(wait));
        }

        var token = new Secret(header[Scheme.Length..].Trim());
        switch (await tokens.CheckAsync(token, address, cancellationToken))
        {
            case TokenCheck.Accepted accepted:
                attempts.RecordSuccess(address);
                return new CallerAnswer.Known(new ApiCaller
                {
                    UserId = accepted.UserId,
                    Email = accepted.Email,
                    Role = accepted.Role,
                    Scopes = accepted.Scopes,
                    Limits = accepted.Limits,
                    TokenId = accepted.TokenId,
                    Credential = token,
                    Address = address,
                });
            case TokenCheck.Refused refused:
                // A revoked or expired token is proof of having been let in once; only guesses count.
                var guessed = refused.Why == AccountErrors.TokenMalformed || refused.Why == AccountErrors.TokenUnknown;
                return new CallerAnswer.Refused(guessed && attempts.RecordFailure(address) is { } blocked ? TooMany(blocked) : ApiProblem.Of(refused.Why == ApiErrors.TokenNetworkRefused ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized, refused.Why));
            default:
                throw new UnreachableException();
        }
    }

    private static ApiProblem TooMany(TimeSpan wait) =>
        ApiProblem.Of(StatusCodes.Status429TooManyRequests, AccountErrors.TooManyAttempts, $"Several wrong tokens came from this address: it must wait {Math.Ceiling(wait.TotalSeconds):0} s.")
            with
        { RetryAfter = wait };
}
