using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Api;
using Mport.Server.Events;

namespace Mport.Server.Edge.Sessions;

/// <summary><c>/api/v1/sessions</c>: the caller's own connected clients.</summary>
internal static class SessionsApi
{
    /// <summary>Maps the resource.</summary>
    public static void MapSessions(this IEndpointRouteBuilder api)
    {
        var sessions = api.MapGroup("/sessions").WithTags("sessions");
        sessions.MapGet("", List).Needs(TokenScopes.TunnelsRead).Lists("-created_at").WithName("listSessions").WithSummary("Your connected clients");
        sessions.MapGet("/{id}", Get).Needs(TokenScopes.TunnelsRead).WithName("getSession").WithSummary("One of your connected clients");
        sessions.MapDelete("/{id}", DeleteAsync).Needs(TokenScopes.TunnelsWrite).WithName("endSession").WithSummary("End a client's session; the client does not come back by itself");
    }

    private static Ok<ListAnswer<SessionAnswer>> List(ApiCaller caller, ListQuery query, SessionRegistry sessions)
    {
        var all = sessions.All.Where(session => session.Identity.UserId == caller.UserId && IsFound(session.Identity, query.Search));
        var ordered = query.Descending ? all.OrderByDescending(IdOf, StringComparer.Ordinal) : all.OrderBy(IdOf, StringComparer.Ordinal);
        var rest = query.After is not { } after ? ordered : ordered.Where(session => (string.CompareOrdinal(IdOf(session), after.Id) > 0) != query.Descending && IdOf(session) != after.Id);
        return TypedResults.Ok(query.ToAnswer([.. rest.Take(query.Take)], session => new ListPosition("", IdOf(session)), SessionAnswer.Of));
    }

    private static Results<Ok<SessionAnswer>, ApiProblem> Get(ApiCaller caller, string id, SessionRegistry sessions) =>
        Find(caller, id, sessions) is { } session ? TypedResults.Ok(SessionAnswer.Of(session)) : ApiProblem.NotFound;

    private static async Task<Results<NoContent, ApiProblem>> DeleteAsync(ApiCaller caller, string id, SessionRegistry sessions, IEventLog events)
    {
        if (Find(caller, id, sessions) is not { } session)
        {
            return ApiProblem.NotFound;
        }

        session.End(Failure.Of(ProtocolErrors.SessionClosed, "The session was ended through the API."));
        await events.ChangedAsync(EventKinds.SessionDisconnected, EventActor.Of(caller), caller.UserId, new EventSubject("session", id, session.Identity.Host));
        return TypedResults.NoContent();
    }

    private static EdgeSession? Find(ApiCaller caller, string id, SessionRegistry sessions) =>
        sessions.Find(id) is { } session && session.Identity.UserId == caller.UserId ? session : null;

    private static string IdOf(EdgeSession session) => session.Identity.Id;

    private static bool IsFound(SessionIdentity session, string? search) =>
        search is null || session.Host?.Contains(search, StringComparison.OrdinalIgnoreCase) == true || session.ClientId.Contains(search, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A connected client as the API shows it.</summary>
internal sealed record SessionAnswer
{
    /// <summary>The session's id, <c>ses_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The client's installation: one user on one machine.</summary>
    public required string ClientId { get; init; }

    /// <summary>The client's machine, as it calls itself.</summary>
    public string? Host { get; init; }

    /// <summary>Where the client connects from.</summary>
    public required string Address { get; init; }

    /// <summary>The token that it logged in with, <c>key_…</c>.</summary>
    public required string TokenId { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its connections to the edge.</summary>
    public required int Carriers { get; init; }

    /// <summary>Visitors' connections through it, and its control stream.</summary>
    public required int Streams { get; init; }

    /// <summary>Whether all its connections are broken, and the edge waits for it to come back.</summary>
    public required bool Suspended { get; init; }

    /// <summary>Of a session.</summary>
    public static SessionAnswer Of(EdgeSession session) => new()
    {
        Id = session.Identity.Id,
        ClientId = session.Identity.ClientId,
        Host = session.Identity.Host,
        Address = session.Identity.Remote.Address.ToString(),
        TokenId = session.Identity.TokenId.Value,
        CreatedAt = session.Identity.BeganAt,
        Carriers = session.Carriers.Count,
        Streams = session.Carriers.StreamCount,
        Suspended = session.IsSuspended,
    };
}

/// <summary>The records of the resource.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionAnswer))]
[JsonSerializable(typeof(ListAnswer<SessionAnswer>))]
internal sealed partial class SessionsJson : JsonSerializerContext;
