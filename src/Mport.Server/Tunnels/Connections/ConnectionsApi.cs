using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Server.Accounts;
using Mport.Server.Api;
using Mport.Server.Events;

namespace Mport.Server.Tunnels.Connections;

/// <summary><c>/api/v1/tunnels/{id}/connections</c>: the visitors who are with one of the caller's tunnels.</summary>
internal static class ConnectionsApi
{
    /// <summary>Maps the resource.</summary>
    public static void MapConnections(this IEndpointRouteBuilder api)
    {
        var connections = api.MapGroup("/tunnels/{id}/connections").WithTags("tunnels");
        connections.MapGet("", ListAsync).Needs(TokenScopes.TunnelsRead).Lists("-created_at").WithName("listConnections").WithSummary("The visitors who are with a tunnel now");
        connections.MapDelete("/{cid}", EndAsync).Needs(TokenScopes.TunnelsWrite).WithName("endConnection").WithSummary("End one visitor's connection; the visitor may come again");
    }

    private static async Task<Results<Ok<ListAnswer<ConnectionAnswer>>, ApiProblem>> ListAsync(
        ApiCaller caller, string id, ListQuery query, OwnTunnelStore tunnels, VisitorConnections connections, CancellationToken cancellationToken)
    {
        if (await tunnels.FindAsync(caller.UserId, new TunnelId(id), cancellationToken) is not { } tunnel)
        {
            return ApiProblem.NotFound;
        }

        var found = connections.Of(tunnel.Id).Where(connection => query.Search is not { } text || connection.Visitor.ToString().Contains(text, StringComparison.OrdinalIgnoreCase));
        var rest = query.After is not { } after ? found : found.Where(connection => string.CompareOrdinal(connection.Id, after.Id) * (query.Descending ? -1 : 1) > 0);
        var ordered = query.Descending ? rest.OrderByDescending(IdOf, StringComparer.Ordinal) : rest.OrderBy(IdOf, StringComparer.Ordinal);
        return TypedResults.Ok(query.ToAnswer([.. ordered.Take(query.Take)], connection => new ListPosition("", connection.Id), ConnectionAnswer.Of));
    }

    private static async Task<Results<NoContent, ApiProblem>> EndAsync(
        ApiCaller caller, string id, string cid, OwnTunnelStore tunnels, VisitorConnections connections, IEventLog events, CancellationToken cancellationToken)
    {
        // A token that is bound to names changes no other tunnel.
        if (await tunnels.FindAsync(caller.UserId, new TunnelId(id), cancellationToken) is not { } tunnel
            || !caller.Limits.Names.Contains(tunnel.Spec.Name)
            || connections.Find(tunnel.Id, cid) is not { } connection)
        {
            return ApiProblem.NotFound;
        }

        connection.End();
        await events.ChangedAsync(
            EventKinds.ConnectionEnded,
            EventActor.Of(caller),
            caller.UserId,
            EventSubject.Of(tunnel.Id, tunnel.Spec.Name),
            ("connection", connection.Id, null),
            ("visitor", connection.Visitor.ToString(), null));
        return TypedResults.NoContent();
    }

    private static string IdOf(VisitorConnection connection) => connection.Id;
}
