namespace Mport.Server.Api;

/// <summary>Statuses with which an endpoint refuses, beside those that its method, its body and its callers bring along (<see cref="ApiOperation"/>).</summary>
/// <param name="Statuses">The statuses.</param>
internal sealed record ApiRefusals(IReadOnlyList<int> Statuses);

/// <summary>How endpoints state it.</summary>
internal static class ApiRefusalStatements
{
    /// <summary>The endpoint may also answer with these.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params int[] statuses) => endpoint.WithMetadata(new ApiRefusals(statuses));
}
