using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;
using Mport.Server.Api;
using Mport.Server.Events;
using Mport.Server.Quotas;

namespace Mport.Server.Traffic;

/// <summary><c>/api/v1/usage</c> and <c>/api/v1/tunnels/{id}/usage</c>: traffic as time series.</summary>
internal static class UsageApi
{
    /// <summary>Points of an answer at most.</summary>
    public const int MaxPoints = 10_000;

    private static readonly TimeSpan DefaultSpan = TimeSpan.FromDays(1);

    /// <summary>Maps the resources.</summary>
    public static void MapUsage(this IEndpointRouteBuilder api)
    {
        api.MapGet("/usage", Get).Needs(TokenScopes.UsageRead).WithName("getUsage").WithTags("usage")
            .WithSummary("Traffic by minutes, hours or days, of an account, its tunnels or its tokens; up to 6 seconds behind");
        api.MapGet("/tunnels/{id}/usage", GetOfTunnel).Needs(TokenScopes.UsageRead).WithName("getTunnelUsage").WithTags("usage", "tunnels")
            .WithSummary("The same of one tunnel");
    }

    private static async Task<Results<Ok<UsageAnswer>, ApiProblem>> Get(
        ApiCaller caller, [AsParameters] UsageFilter filter, UsageStore usage, TeamStore teams, TimeProvider time, CancellationToken cancellationToken)
    {
        if (filter.Team is { } text)
        {
            // Of all who serve its tunnels, for all who are in it; ?account narrows it.
            var seer = LedgerView.SeesAll(caller) ? (UserId?)null : caller.UserId;
            return TeamId.Parse(text) is { } team && await teams.FindAsync(seer, team, cancellationToken) is not null
                ? await AnswerAsync(filter, filter.Account is null or LedgerView.All ? null : new UserId(filter.Account), tunnel: null, usage, time, cancellationToken)
                : ApiProblem.NotFound;
        }

        var view = LedgerView.Of(caller, filter.Account);
        return view.Problem is { } problem ? problem : await AnswerAsync(filter, view.AccountId, tunnel: null, usage, time, cancellationToken);
    }

    private static async Task<Results<Ok<UsageAnswer>, ApiProblem>> GetOfTunnel(
        ApiCaller caller, string id, [AsParameters] UsageFilter filter, UsageStore usage, OwnTunnelStore tunnels, QuotaStore quotas, TimeProvider time, CancellationToken cancellationToken)
    {
        var tunnel = new TunnelId(id);
        var isThere = await tunnels.FindAsync(caller.UserId, tunnel, cancellationToken) is not null
            || (LedgerView.SeesAll(caller) && await quotas.FindOwnerAsync(QuotaSubject.Of(tunnel), cancellationToken) is not null);

        // Whoever served it: a team's tunnel is served by several accounts.
        return isThere ? await AnswerAsync(filter with { Team = null }, account: null, tunnel, usage, time, cancellationToken) : ApiProblem.NotFound;
    }

    private static async Task<Results<Ok<UsageAnswer>, ApiProblem>> AnswerAsync(
        UsageFilter filter, UserId? account, TunnelId? tunnel, UsageStore usage, TimeProvider time, CancellationToken cancellationToken)
    {
        var (query, problem) = Read(filter, account, tunnel, time.GetUtcNow());
        if (query is null)
        {
            return problem ?? ApiProblem.NotFound;
        }

        var points = await usage.ReadAsync(query, cancellationToken);
        return points.Count > MaxPoints ? TooMany() : TypedResults.Ok(new UsageAnswer
        {
            From = query.From,
            To = query.To,
            Step = filter.Step ?? "hour",
            Data = [.. points.Select(PointAnswer.Of)],
        });
    }

    private static (UsageQuery? Query, ApiProblem? Problem) Read(UsageFilter filter, UserId? account, TunnelId? tunnel, DateTimeOffset now)
    {
        if (ApiMoment.Read("from", filter.From, out var from) is { } badFrom)
        {
            return (null, badFrom);
        }

        if (ApiMoment.Read("to", filter.To, out var to) is { } badTo)
        {
            return (null, badTo);
        }

        if (UsageSteps.Parse(filter.Step ?? "hour") is not { } step)
        {
            return (null, ApiMoment.Refuse("step", "It must be minute, hour or day."));
        }

        if (ReadBy(filter.By) is not { } by)
        {
            return (null, ApiMoment.Refuse("by", "It must be tunnel, token or account; absent for all together."));
        }

        // Whole stretches: a part of one cannot be told.
        var end = to ?? now;
        var start = step.StartOf(from ?? (end - DefaultSpan));
        return end <= start ? (null, ApiMoment.Refuse("to", "It must be later than from."))
            : (end - start) / step.Length() > MaxPoints ? (null, TooMany())
            : (new UsageQuery
            {
                AccountId = account,
                TunnelId = tunnel ?? (filter.Tunnel is { } id ? new TunnelId(id) : null),
                TeamId = TeamId.Parse(filter.Team),
                TokenId = filter.Token is { } key ? new TokenId(key) : null,
                Step = step,
                From = start,
                To = end,
                By = by,
                Limit = MaxPoints + 1,
            }, null);
    }

    private static UsageBy? ReadBy(string? text) => text switch
    {
        null => UsageBy.Nothing,
        "tunnel" => UsageBy.Tunnel,
        "token" => UsageBy.Token,
        "account" => UsageBy.Account,
        _ => null,
    };

    private static ApiProblem TooMany() => ApiMoment.Refuse("step", $"The answer would have more than {MaxPoints} points: ask for longer steps or a shorter time.");
}

/// <summary>The query of a time series; the framework fills it from the query string.</summary>
internal sealed record UsageFilter
{
    /// <summary>From this moment on; by default a day before the end.</summary>
    public string? From { get; init; }

    /// <summary>Before this moment; by default now.</summary>
    public string? To { get; init; }

    /// <summary><c>minute</c>, <c>hour</c> (the default) or <c>day</c>.</summary>
    public string? Step { get; init; }

    /// <summary><c>tunnel</c>, <c>token</c> or <c>account</c>: a series for each. Absent: one series of all together.</summary>
    public string? By { get; init; }

    /// <summary>Whose: absent for one's own, an id, or <c>all</c>.</summary>
    public string? Account { get; init; }

    /// <summary>Of this team's tunnels, <c>team_…</c>, whoever served them; you must be in it.</summary>
    public string? Team { get; init; }

    /// <summary>Only of this tunnel.</summary>
    public string? Tunnel { get; init; }

    /// <summary>Only through clients with this token.</summary>
    public string? Token { get; init; }
}

/// <summary>A time series.</summary>
internal sealed record UsageAnswer
{
    /// <summary>The beginning of the first stretch.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The end that was asked for.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The length of each stretch.</summary>
    public required string Step { get; init; }

    /// <summary>The stretches in which there was traffic, in the order of time.</summary>
    public required IReadOnlyList<PointAnswer> Data { get; init; }
}

/// <summary>One stretch.</summary>
internal sealed record PointAnswer
{
    /// <summary>Its beginning.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>The tunnel, token or account.</summary>
    public string? Id { get; init; }

    /// <summary>Bytes from visitors.</summary>
    public required long BytesIn { get; init; }

    /// <summary>Bytes to visitors.</summary>
    public required long BytesOut { get; init; }

    /// <summary>TCP connections of visitors that began.</summary>
    public required long Connections { get; init; }

    /// <summary>HTTP requests that began.</summary>
    public required long Requests { get; init; }

    /// <summary>Datagrams from visitors.</summary>
    public required long DatagramsIn { get; init; }

    /// <summary>Datagrams to visitors.</summary>
    public required long DatagramsOut { get; init; }

    /// <summary>The answer of a point.</summary>
    public static PointAnswer Of(UsagePoint point) => new()
    {
        Start = point.Start,
        Id = point.Id,
        BytesIn = point.Count.BytesIn,
        BytesOut = point.Count.BytesOut,
        Connections = point.Count.Connections,
        Requests = point.Count.Requests,
        DatagramsIn = point.Count.DatagramsIn,
        DatagramsOut = point.Count.DatagramsOut,
    };
}

/// <summary>The records of the resources.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UsageAnswer))]
internal sealed partial class UsageJson : JsonSerializerContext;
