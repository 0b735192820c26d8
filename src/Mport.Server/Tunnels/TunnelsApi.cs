using System.ComponentModel;
using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;
using Mport.Server.Api;
using Mport.Server.Events;

namespace Mport.Server.Tunnels;

/// <summary><c>/api/v1/tunnels</c>: the caller's own tunnels and those of its teams, from the command line too.</summary>
internal static class TunnelsApi
{
    /// <summary>Maps the resource.</summary>
    public static void MapTunnels(this IEndpointRouteBuilder api)
    {
        var tunnels = api.MapGroup("/tunnels").WithTags("tunnels");
        tunnels.MapGet("", ListAsync).Needs(TokenScopes.TunnelsRead).Lists("-created_at", "name").WithName("listTunnels").WithSummary("Your tunnels and those of your teams, online or not; ?team=team_… for one team's alone");
        tunnels.MapPost("", CreateAsync).Needs(TokenScopes.TunnelsWrite).Takes<TunnelBody>().WithName("createTunnel").WithSummary("Make a tunnel; a client that opens one of this name serves it");
        tunnels.MapGet("/{id}", GetAsync).Needs(TokenScopes.TunnelsRead).WithName("getTunnel").WithSummary("One of your tunnels, or of a team of yours");
        tunnels.MapPatch("/{id}", PatchAsync).Needs(TokenScopes.TunnelsWrite).TakesPatch<TunnelBody>().WithName("updateTunnel").WithSummary("Change a tunnel; its clients follow at once");
        tunnels.MapPut("/{id}", PutAsync).Needs(TokenScopes.TunnelsWrite).Takes<TunnelBody>().WithName("replaceTunnel").WithSummary("Replace a tunnel; needs If-Match");
        tunnels.MapDelete("/{id}", DeleteAsync).Needs(TokenScopes.TunnelsWrite).WithName("deleteTunnel").WithSummary("Delete a tunnel; its address rests before another account may have it");
        tunnels.MapPost("/{id}/start", StartAsync).Needs(TokenScopes.TunnelsWrite).WithName("startTunnel").WithSummary("Let a stopped tunnel be served; clients that wait for it open it at once");
        tunnels.MapPost("/{id}/stop", StopAsync).Needs(TokenScopes.TunnelsWrite).WithName("stopTunnel").WithSummary("End a tunnel at its clients, and keep it closed until it is started");
    }

    private static async Task<Ok<ListAnswer<TunnelAnswer>>> ListAsync(
        ApiCaller caller, ListQuery query, [Description("Those of one team of yours alone, team_….")] string? team, OwnTunnelStore tunnels, TunnelRegistry registry, PublicAddress address, CancellationToken cancellationToken)
    {
        // A text that is no id finds what an id of no team of the caller's finds.
        TeamId? wanted = team is null ? null : TeamId.Parse(team) ?? new TeamId("");
        var rows = await tunnels.ListAsync(caller.UserId, wanted, query, cancellationToken);
        return TypedResults.Ok(query.ToAnswer(
            rows,
            row => new ListPosition(query.Sort == "name" ? row.Spec.Name : "", row.Id.Value),
            row => TunnelAnswer.Of(row, registry.Find(row.Owner, row.Spec.Name), address)));
    }

    private static async Task<Results<Created<TunnelAnswer>, ApiProblem>> CreateAsync(
        ApiCaller caller, Body<TunnelBody> body, HttpContext context, TunnelDesk desk, OwnTunnelStore tunnels, TunnelRegistry registry, PublicAddress address, IEventLog events, CancellationToken cancellationToken)
    {
        var (spec, errors) = TunnelBodyRules.Read(body.Value, desk.Domain, caller.Limits.Names, known: null);
        if (spec is null)
        {
            return ApiProblem.Invalid(errors);
        }

        switch (await desk.CreateAsync(caller.UserId, spec, cancellationToken))
        {
            case TunnelClaimResult.Refused refused:
                return TunnelBodyRules.ToProblem(refused.Failure);
            case TunnelClaimResult.Claimed claimed when await tunnels.FindAsync(caller.UserId, claimed.Tunnel.Id, cancellationToken) is { } made:
                await events.ChangedAsync(EventKinds.TunnelCreated, EventActor.Of(caller), caller.UserId, EventSubject.Of(made.Id, made.Spec.Name), TunnelChanges.Of(null, made.Spec));
                Preconditions.Show(context, made.Revision);
                return TypedResults.Created($"/api/v1/tunnels/{made.Id}", TunnelAnswer.Of(made, registry.Find(made.Owner, made.Spec.Name), address));
            case TunnelClaimResult.Claimed:
                return ApiProblem.NotFound;
            default:
                throw new UnreachableException();
        }
    }

    private static async Task<Results<Ok<TunnelAnswer>, ApiProblem>> GetAsync(
        ApiCaller caller, string id, HttpContext context, OwnTunnelStore tunnels, TunnelRegistry registry, PublicAddress address, CancellationToken cancellationToken)
    {
        if (await tunnels.FindAsync(caller.UserId, new TunnelId(id), cancellationToken) is not { } tunnel)
        {
            return ApiProblem.NotFound;
        }

        Preconditions.Show(context, tunnel.Revision);
        return TypedResults.Ok(TunnelAnswer.Of(tunnel, registry.Find(tunnel.Owner, tunnel.Spec.Name), address));
    }

    private static async Task<Results<Ok<TunnelAnswer>, ApiProblem>> PatchAsync(
        ApiCaller caller, string id, Patch<TunnelBody> patch, HttpContext context, TunnelDesk desk, OwnTunnelStore tunnels, TunnelRegistry registry, PublicAddress address, IEventLog events, CancellationToken cancellationToken)
    {
        if (await FindToChangeAsync(caller, id, tunnels, cancellationToken) is not { } known)
        {
            return ApiProblem.NotFound;
        }

        if (Preconditions.Check(context, known.Revision) is { } refused)
        {
            return refused;
        }

        var (body, problem) = patch.Apply(BodyOf(known));
        return body is null
            ? problem ?? ApiProblem.NotFound
            : await ChangeAsync(caller, known, body, desk, tunnels, events, cancellationToken) ?? await GetAsync(caller, id, context, tunnels, registry, address, cancellationToken);
    }

    private static async Task<Results<Ok<TunnelAnswer>, ApiProblem>> PutAsync(
        ApiCaller caller, string id, Body<TunnelBody> body, HttpContext context, TunnelDesk desk, OwnTunnelStore tunnels, TunnelRegistry registry, PublicAddress address, IEventLog events, CancellationToken cancellationToken)
    {
        if (await FindToChangeAsync(caller, id, tunnels, cancellationToken) is not { } known)
        {
            return ApiProblem.NotFound;
        }

        return Preconditions.Check(context, known.Revision, required: true) is { } refused
            ? refused
            : await ChangeAsync(caller, known, body.Value, desk, tunnels, events, cancellationToken) ?? await GetAsync(caller, id, context, tunnels, registry, address, cancellationToken);
    }

    private static async Task<Results<NoContent, ApiProblem>> DeleteAsync(
        ApiCaller caller, string id, TunnelDesk desk, OwnTunnelStore tunnels, IEventLog events, CancellationToken cancellationToken)
    {
        if (await FindToChangeAsync(caller, id, tunnels, cancellationToken) is not { } known || !await desk.DeleteAsync(caller.UserId, known.Id, cancellationToken))
        {
            return ApiProblem.NotFound;
        }

        await events.ChangedAsync(EventKinds.TunnelDeleted, EventActor.Of(caller), caller.UserId, EventSubject.Of(known.Id, known.Spec.Name), TunnelChanges.Of(known.Spec, null));
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<TunnelAnswer>, ApiProblem>> StartAsync(
        ApiCaller caller, string id, HttpContext context, TunnelDesk desk, OwnTunnelStore tunnels, TunnelRegistry registry, PublicAddress address, IEventLog events, CancellationToken cancellationToken)
    {
        if (await FindToChangeAsync(caller, id, tunnels, cancellationToken) is not { } known || !await desk.StartAsync(caller.UserId, known, cancellationToken))
        {
            return ApiProblem.NotFound;
        }

        await events.ChangedAsync(
            EventKinds.TunnelChanged, EventActor.Of(caller), caller.UserId, EventSubject.Of(known.Id, known.Spec.Name), ("stopped", known.StoppedAt is null ? "false" : "true", "false"));
        return await GetAsync(caller, id, context, tunnels, registry, address, cancellationToken);
    }

    private static async Task<Results<Ok<TunnelAnswer>, ApiProblem>> StopAsync(
        ApiCaller caller, string id, HttpContext context, TunnelDesk desk, OwnTunnelStore tunnels, TunnelRegistry registry, PublicAddress address, IEventLog events, CancellationToken cancellationToken)
    {
        if (await FindToChangeAsync(caller, id, tunnels, cancellationToken) is not { } known || !await desk.StopAsync(caller.UserId, known, cancellationToken))
        {
            return ApiProblem.NotFound;
        }

        await events.ChangedAsync(
            EventKinds.TunnelChanged, EventActor.Of(caller), caller.UserId, EventSubject.Of(known.Id, known.Spec.Name), ("stopped", known.StoppedAt is null ? "false" : "true", "true"));
        return await GetAsync(caller, id, context, tunnels, registry, address, cancellationToken);
    }

    // A token that is bound to names changes no other tunnel; it may see them, since it may list them.
    private static async Task<StoredTunnel?> FindToChangeAsync(ApiCaller caller, string id, OwnTunnelStore tunnels, CancellationToken cancellationToken) =>
        await tunnels.FindAsync(caller.UserId, new TunnelId(id), cancellationToken) is { } known && caller.Limits.Names.Contains(known.Spec.Name) ? known : null;

    private static async Task<ApiProblem?> ChangeAsync(
        ApiCaller caller, StoredTunnel known, TunnelBody body, TunnelDesk desk, OwnTunnelStore tunnels, IEventLog events, CancellationToken cancellationToken)
    {
        var (spec, errors) = TunnelBodyRules.Read(body, desk.Domain, caller.Limits.Names, known);
        if (spec is null)
        {
            return ApiProblem.Invalid(errors);
        }

        if (await desk.ChangeAsync(caller.UserId, known, spec, cancellationToken) is TunnelClaimResult.Refused refused)
        {
            return TunnelBodyRules.ToProblem(refused.Failure);
        }

        if (await tunnels.FindAsync(caller.UserId, known.Id, CancellationToken.None) is { } changed)
        {
            await events.ChangedAsync(
                EventKinds.TunnelChanged, EventActor.Of(caller), caller.UserId, EventSubject.Of(known.Id, changed.Spec.Name), TunnelChanges.Of(known.Spec, changed.Spec));
        }

        return null;
    }

    private static TunnelBody BodyOf(StoredTunnel tunnel) => new()
    {
        Name = tunnel.Spec.Name,
        Proto = tunnel.Spec.Proto.ToText(),
        Subdomain = tunnel.Spec.Subdomain,
        Domains = tunnel.Spec.Hosts?.Names,
        Path = tunnel.Spec.Path is { Length: > 0 } path ? path : null,
        Port = tunnel.Spec.Port,
        Labels = tunnel.Spec.Labels.Values.ToDictionary(pair => pair.Key, pair => (string?)pair.Value),
        Target = tunnel.Spec.TargetHint,
        Team = tunnel.Spec.TeamId?.Value,
    };
}
