using Mport.Server.Accounts;

namespace Mport.Server.Api;

/// <summary>Who may call an endpoint. An endpoint under <c>/api</c> without such a statement stops the edge's start (<see cref="ApiStart"/>).</summary>
/// <param name="Caller">Whether it needs a known caller.</param>
/// <param name="Scopes">What the caller's credentials must allow, all of it.</param>
/// <param name="Admin">Whether the caller's account must be an administrator's.</param>
internal sealed record ApiNeeds(bool Caller, TokenScopes Scopes, bool Admin);

/// <summary>How endpoints state it.</summary>
internal static class ApiNeedsStatements
{
    /// <summary>The endpoint needs a caller whose credentials have the scope.</summary>
    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder endpoint, TokenScopes scope) => endpoint.State(new ApiNeeds(Caller: true, scope, Admin: false));

    /// <summary>The endpoint needs an administrator whose credentials have the scope.</summary>
    public static RouteHandlerBuilder NeedsAdmin(this RouteHandlerBuilder endpoint, TokenScopes scope) => endpoint.State(new ApiNeeds(Caller: true, scope, Admin: true));

    /// <summary>The endpoint needs a known caller, of whatever scopes.</summary>
    public static RouteHandlerBuilder NeedsCaller(this RouteHandlerBuilder endpoint) => endpoint.State(new ApiNeeds(Caller: true, TokenScopes.None, Admin: false));

    /// <summary>The endpoint is for everybody. It may not ask for an <see cref="ApiCaller"/>.</summary>
    public static RouteHandlerBuilder NeedsNobody(this RouteHandlerBuilder endpoint) => endpoint.State(new ApiNeeds(Caller: false, TokenScopes.None, Admin: false));

    private static RouteHandlerBuilder State(this RouteHandlerBuilder endpoint, ApiNeeds needs) => endpoint.WithMetadata(needs);
}
