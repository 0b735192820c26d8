using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Server.Accounts;
using Mport.Server.Api;

namespace Mport.Server.Events;

/// <summary><c>/api/v1/events</c> and <c>/api/v1/audit</c>: what happened, and who changed what.</summary>
internal static class EventsApi
{
    // A file that a spreadsheet opens; more is read in pieces, by time.
    private const int MaxCsvRows = 10_000;

    /// <summary>Maps the resources.</summary>
    public static void MapEvents(this IEndpointRouteBuilder api)
    {
        api.MapGet("/events", ListEvents).Needs(TokenScopes.TunnelsRead).Lists("-at").WithName("listEvents").WithTags("events")
            .WithSummary("What happened: sessions and tunnels up and down, changes, quotas");
        api.MapGet("/events/stream", Follow).Needs(TokenScopes.TunnelsRead).Produces<string>(StatusCodes.Status200OK, "text/event-stream").WithName("followEvents").WithTags("events")
            .WithSummary("The same as it happens: server-sent events, which go on behind Last-Event-ID");
        api.MapGet("/audit", ListAudit).Needs(TokenScopes.TunnelsRead).Lists("-at").WithName("listAudit").WithTags("audit")
            .WithSummary("Who changed what, from where, before and after; and who was refused");
        api.MapGet("/audit.csv", DownloadAudit).Needs(TokenScopes.TunnelsRead).Produces<string>(StatusCodes.Status200OK, "text/csv").WithName("downloadAudit").WithTags("audit")
            .WithSummary("The same as CSV, the newest first, at most 10,000 rows");
    }

    private static Task<Results<Ok<ListAnswer<EventAnswer>>, ApiProblem>> ListEvents(
        ApiCaller caller, ListQuery list, [AsParameters] EventFilter filter, EventStore events, CancellationToken cancellationToken) =>
        ListAsync(caller, list, filter, events, auditOnly: false, cancellationToken);

    private static Task<Results<Ok<ListAnswer<EventAnswer>>, ApiProblem>> ListAudit(
        ApiCaller caller, ListQuery list, [AsParameters] EventFilter filter, EventStore events, CancellationToken cancellationToken) =>
        ListAsync(caller, list, filter, events, auditOnly: true, cancellationToken);

    private static async Task<Results<Ok<ListAnswer<EventAnswer>>, ApiProblem>> ListAsync(
        ApiCaller caller, ListQuery list, EventFilter filter, EventStore events, bool auditOnly, CancellationToken cancellationToken)
    {
        var (query, problem) = filter.Read(caller, auditOnly);
        if (query is null)
        {
            return problem ?? ApiProblem.NotFound;
        }

        var rows = await events.ListAsync(
            query with
            {
                NewestFirst = list.Descending,
                Cursor = list.After is { } after ? long.Parse(after.Id, CultureInfo.InvariantCulture) : null,
                Search = list.Search,
                Limit = list.Take,
            },
            cancellationToken);
        return TypedResults.Ok(list.ToAnswer(rows, row => new ListPosition("", row.Sequence.ToString(CultureInfo.InvariantCulture)), EventAnswer.Of));
    }

    private static async Task<Results<FileContentHttpResult, ApiProblem>> DownloadAudit(
        ApiCaller caller, [AsParameters] EventFilter filter, EventStore events, CancellationToken cancellationToken)
    {
        var (query, problem) = filter.Read(caller, auditOnly: true);
        return query is null
            ? problem ?? ApiProblem.NotFound
            : TypedResults.Bytes(EventCsv.Of(await events.ListAsync(query with { NewestFirst = true, Limit = MaxCsvRows }, cancellationToken)), "text/csv; charset=utf-8", "audit.csv");
    }

    private static async Task<Results<EventStreamResult, ApiProblem>> Follow(
        ApiCaller caller, [AsParameters] EventFilter filter, HttpRequest request, EventStore events, EventStreams streams, CancellationToken cancellationToken)
    {
        var (query, problem) = filter.Read(caller, auditOnly: false);
        if (query is null)
        {
            return problem ?? ApiProblem.NotFound;
        }

        // A browser's EventSource sends the header by itself, and cannot send it the first time.
        var last = request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } header ? header : request.Query["last_event_id"].ToString();
        var behind = last.Length == 0 ? (await events.FindHeadAsync(cancellationToken)).Sequence : await events.FindPlaceAsync(last, query.AccountId, cancellationToken);
        if (behind is null)
        {
            return EventStreams.UnknownPlace;
        }

        return streams.TryOpen(caller, query, behind.Value) is { } stream ? stream : EventStreams.Full;
    }
}
