using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Protocol.Errors;
using Mport.Server.Api;
using Mport.Server.Events;

namespace Mport.Server.Accounts;

/// <summary><c>/api/v1/tokens</c>: the caller's own access tokens.</summary>
internal static class TokensApi
{
    private const int DefaultOverlapSeconds = 3600;
    private const int MaxOverlapSeconds = 7 * 24 * 3600;

    /// <summary>Maps the resource.</summary>
    public static void MapTokens(this IEndpointRouteBuilder api)
    {
        var tokens = api.MapGroup("/tokens").WithTags("tokens");
        tokens.MapGet("", ListAsync).Needs(TokenScopes.TokensRead).Lists("-created_at", "name").WithName("listTokens").WithSummary("Your access tokens");
        tokens.MapPost("", CreateAsync).Needs(TokenScopes.TokensWrite).Takes<NewTokenBody>().WithName("createToken").WithSummary("Make a token; it is shown this once");
        tokens.MapGet("/{id}", GetAsync).Needs(TokenScopes.TokensRead).WithName("getToken").WithSummary("One of your tokens");
        tokens.MapPatch("/{id}", PatchAsync).Needs(TokenScopes.TokensWrite).TakesPatch<TokenChange>().WithName("updateToken").WithSummary("Rename a token");
        tokens.MapDelete("/{id}", DeleteAsync).Needs(TokenScopes.TokensWrite).WithName("revokeToken").WithSummary("Revoke a token; its live sessions end within two seconds");
        tokens.MapPost("/{id}/rotate", RotateAsync).Needs(TokenScopes.TokensWrite).Takes<TokenRotation>().WithName("rotateToken").WithSummary("Make a token's successor; the old one goes on for a while");
    }

    private static async Task<Ok<ListAnswer<TokenAnswer>>> ListAsync(ApiCaller caller, ListQuery query, OwnTokenStore tokens, CancellationToken cancellationToken)
    {
        var rows = await tokens.ListAsync(caller.UserId, query, cancellationToken);
        return TypedResults.Ok(query.ToAnswer(rows, row => new ListPosition(query.Sort == "name" ? row.Name : "", row.Id.Value), row => TokenAnswer.Of(row)));
    }

    private static async Task<Results<Created<TokenAnswer>, ApiProblem>> CreateAsync(
        ApiCaller caller, Body<NewTokenBody> body, OwnTokenStore tokens, IEventLog events, TimeProvider time, CancellationToken cancellationToken)
    {
        var (token, errors) = NewTokenRules.Read(body.Value, caller, time.GetUtcNow());
        return token is null ? ApiProblem.Invalid(errors) : await IssueAsync(caller, token, tokens, events, cancellationToken);
    }

    private static async Task<Results<Ok<TokenAnswer>, ApiProblem>> GetAsync(ApiCaller caller, string id, HttpContext context, OwnTokenStore tokens, CancellationToken cancellationToken)
    {
        if (await tokens.FindAsync(caller.UserId, new TokenId(id), cancellationToken) is not { } token)
        {
            return ApiProblem.NotFound;
        }

        Preconditions.Show(context, token.Revision);
        return TypedResults.Ok(TokenAnswer.Of(token));
    }

    private static async Task<Results<Ok<TokenAnswer>, ApiProblem>> PatchAsync(
        ApiCaller caller, string id, Patch<TokenChange> patch, HttpContext context, OwnTokenStore tokens, IEventLog events, CancellationToken cancellationToken)
    {
        if (await tokens.FindAsync(caller.UserId, new TokenId(id), cancellationToken) is not { } token)
        {
            return ApiProblem.NotFound;
        }

        if (Preconditions.Check(context, token.Revision) is { } refused)
        {
            return refused;
        }

        var (change, problem) = patch.Apply(new TokenChange { Name = token.Name });
        if (change is null)
        {
            return problem ?? ApiProblem.NotFound;
        }

        if (!TokenName.TryParse(change.Name, out var name))
        {
            return ApiProblem.Invalid(new FieldError("/name", "It must have 1 to 64 visible characters, without blanks at the ends."));
        }

        if (!await tokens.RenameAsync(caller.UserId, token.Id, token.Revision, name, cancellationToken))
        {
            return Preconditions.Failed;
        }

        await events.ChangedAsync(EventKinds.TokenChanged, EventActor.Of(caller), caller.UserId, EventSubject.Of(token.Id, name.Value), ("name", token.Name, name.Value));
        return await GetAsync(caller, id, context, tokens, cancellationToken);
    }

    private static async Task<Results<NoContent, ApiProblem>> DeleteAsync(ApiCaller caller, string id, OwnTokenStore tokens, IEventLog events, CancellationToken cancellationToken)
    {
        if (!await tokens.RevokeAsync(caller.UserId, new TokenId(id), cancellationToken))
        {
            return ApiProblem.NotFound;
        }

        await events.ChangedAsync(EventKinds.TokenRevoked, EventActor.Of(caller), caller.UserId, EventSubject.Of(new TokenId(id)));
        return TypedResults.NoContent();
    }

    private static async Task<Results<Created<TokenAnswer>, ApiProblem>> RotateAsync(
        ApiCaller caller, string id, Body<TokenRotation> body, OwnTokenStore tokens, IEventLog events, TimeProvider time, CancellationToken cancellationToken)
    {
        var overlap = body.Value.OverlapSeconds ?? DefaultOverlapSeconds;
        if (overlap is < 0 or > MaxOverlapSeconds)
        {
            return ApiProblem.Invalid(new FieldError("/overlap_seconds", $"It must be 0 to {MaxOverlapSeconds}."));
        }

        if (await tokens.FindAsync(caller.UserId, new TokenId(id), cancellationToken) is not { } old)
        {
            return ApiProblem.NotFound;
        }

        var now = time.GetUtcNow();
        if (old.RevokedAt is not null || old.ExpiresAt <= now)
        {
            return ApiProblem.Of(StatusCodes.Status409Conflict, Failure.Of(old.RevokedAt is not null ? AccountErrors.TokenRevoked : AccountErrors.TokenExpired));
        }

        // A successor is a new token: who rotates gets no more than it has.
        var missing = old.Scopes & ~caller.Scopes;
        if (missing != TokenScopes.None || old.Limits.Exceeds(caller.Limits) is not null)
        {
            return ApiProblem.Of(StatusCodes.Status403Forbidden, AccountErrors.ScopeMissing, "The token allows more than your own credentials do.");
        }

        _ = TokenName.TryParse(old.Name, out var name);
        var successor = new NewToken { UserId = caller.UserId, Name = name, Scopes = old.Scopes, Limits = old.Limits };
        var issued = await IssueAsync(caller, successor, tokens, events, cancellationToken);
        if (issued.Result is Created<TokenAnswer>)
        {
            var ends = now + TimeSpan.FromSeconds(overlap);
            await tokens.LimitAsync(caller.UserId, old.Id, ends, cancellationToken);
            await events.ChangedAsync(
                EventKinds.TokenChanged, EventActor.Of(caller), caller.UserId, EventSubject.Of(old.Id, old.Name), ("expires_at", Moment(old.ExpiresAt), Moment(ends)));
        }

        return issued;
    }

    private static async Task<Results<Created<TokenAnswer>, ApiProblem>> IssueAsync(ApiCaller caller, NewToken token, OwnTokenStore tokens, IEventLog events, CancellationToken cancellationToken)
    {
        if (await tokens.CreateAsync(token, cancellationToken) is not { } issued || await tokens.FindAsync(caller.UserId, issued.Id, cancellationToken) is not { } record)
        {
            return ApiProblem.Of(StatusCodes.Status409Conflict, ApiErrors.TooManyObjects, $"The account has {OwnTokenStore.MaxPerAccount} tokens that work, the most that it may have.");
        }

        await events.ChangedAsync(
            EventKinds.TokenCreated,
            EventActor.Of(caller),
            caller.UserId,
            EventSubject.Of(issued.Id, record.Name),
            ("name", null, record.Name), ("scopes", null, TokenScopeNames.ToText(record.Scopes)), ("expires_at", null, Moment(record.ExpiresAt)));
        return TypedResults.Created($"/api/v1/tokens/{issued.Id}", TokenAnswer.Of(record, issued.Token));
    }

    private static string? Moment(DateTimeOffset? time) => time?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
}
