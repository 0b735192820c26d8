using Mport.Protocol.Errors;
using Mport.Server.Accounts;

namespace Mport.Server.Api;

/// <summary>
/// What each API request passes before its endpoint runs: it exists, its caller is known, has not sent too many, and may do this, its path, query and
/// body are of the right form. What an endpoint does not state it does not get.
/// </summary>
internal sealed class ApiGate(IEnumerable<ICallerSource> sources, ApiRates rates, ListCursors cursors, ApiBodyReader bodies)
{
    private const int MaxRouteValue = 300;

    /// <summary>Looks at a request; null when its endpoint may run.</summary>
    public async ValueTask<ApiProblem?> CheckAsync(HttpContext context)
    {
        // API step 1: is there such an operation?
        if (context.GetEndpoint() is not { } endpoint)
        {
            return ApiProblem.NotFound;
        }

        if (endpoint.Metadata.GetMetadata<ApiNeeds>() is not { } needs)
        {
            return await RefuseMethodAsync(context, endpoint);
        }

        // API step 2: who asks, and not too often?
        var (caller, refusal) = await FindCallerAsync(context, needs);
        refusal ??= rates.Take(context, caller);
        if (refusal is not null)
        {
            return refusal;
        }

        // API step 3: may this caller do that?
        if (caller is not null && Refuse(needs, caller) is { } forbidden)
        {
            return forbidden;
        }

        // API step 4: is the request of the right form?
        if (context.Request.RouteValues.Values.Any(value => !IsPlain(value as string)))
        {
            return ApiProblem.NotFound;
        }

        if (endpoint.Metadata.GetMetadata<ListRules>() is { } rules)
        {
            var (query, badQuery) = rules.Read(context, cursors);
            if (badQuery is not null)
            {
                return badQuery;
            }

            context.Features.Set(query);
        }

        return endpoint.Metadata.GetMetadata<ApiBody>() is { } body ? await bodies.ReadAsync(context, body) : null;
    }

    private static ApiProblem? Refuse(ApiNeeds needs, ApiCaller caller)
    {
        if (needs.Admin && !caller.IsAdmin)
        {
            return ApiProblem.Of(StatusCodes.Status403Forbidden, ApiErrors.RoleMissing);
        }

        var missing = needs.Scopes & ~caller.Scopes;
        return missing == TokenScopes.None
            ? null
            : ApiProblem.Of(StatusCodes.Status403Forbidden, AccountErrors.ScopeMissing, $"The credentials lack the scope {TokenScopeNames.ToText(missing)}.");
    }

    // An id, a name: anything else is the path of nothing, and no store needs to see it.
    private static bool IsPlain(string? value) => value is { Length: > 0 and <= MaxRouteValue } && value.All(c => c is > ' ' and < '\x7f' and not '/' and not '\\');

    private static async Task<ApiProblem> RefuseMethodAsync(HttpContext context, Endpoint endpoint)
    {
        if (endpoint is RouteEndpoint || endpoint.RequestDelegate is not { } refuse)
        {
            return ApiProblem.NotFound;
        }

        // The framework's own endpoint for a path that has other methods, whose Allow header it writes, or takes other media types.
        await refuse(context);
        return context.Response.StatusCode == StatusCodes.Status415UnsupportedMediaType
            ? ApiProblem.Of(StatusCodes.Status415UnsupportedMediaType, ApiErrors.MediaTypeUnsupported)
            : ApiProblem.Of(StatusCodes.Status405MethodNotAllowed, ApiErrors.MethodNotAllowed);
    }

    private async ValueTask<(ApiCaller? Caller, ApiProblem? Refusal)> FindCallerAsync(HttpContext context, ApiNeeds needs)
    {
        if (!needs.Caller)
        {
            return (null, null);
        }

        foreach (var source in sources)
        {
            switch (await source.FindAsync(context, context.RequestAborted))
            {
                case CallerAnswer.Known known:
                    context.Features.Set(known.Caller);
                    return (known.Caller, null);
                case CallerAnswer.Refused refused:
                    return (null, refused.Problem);
            }
        }

        return (null, ApiProblem.Of(StatusCodes.Status401Unauthorized, ApiErrors.Unauthenticated));
    }
}
