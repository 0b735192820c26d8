using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Protocol.Errors;
using Mport.Server.Api;
using Mport.Server.Events;
using Mport.Server.Hosting;

namespace Mport.Server.Accounts.Teams;

/// <summary><c>/api/v1/teams</c>: the teams that the caller is in. To everybody else a team is not there.</summary>
internal static class TeamsApi
{
    private const string Tag = "teams";
    private static readonly FieldError BadName = new("/name", "It must have 1 to 63 characters of a-z, 0-9 and hyphen, no hyphen at an end.");

    /// <summary>Maps the resource.</summary>
    public static void MapTeams(this IEndpointRouteBuilder api)
    {
        var teams = api.MapGroup("/teams").WithTags(Tag);
        teams.MapGet("", ListAsync).Needs(TokenScopes.TeamsRead).Lists("-created_at", "name").WithName("listTeams").WithSummary("The teams that you are in");
        teams.MapPost("", CreateAsync).Needs(TokenScopes.TeamsWrite).Takes<TeamBody>().WithName("createTeam").WithSummary("Make a team; you are its manager");
        teams.MapGet("/{id}", GetAsync).Needs(TokenScopes.TeamsRead).WithName("getTeam").WithSummary("A team that you are in");
        teams.MapPatch("/{id}", PatchAsync).Needs(TokenScopes.TeamsWrite).TakesPatch<TeamBody>().WithName("updateTeam").WithSummary("Rename a team that you manage");
        teams.MapDelete("/{id}", DeleteAsync).Needs(TokenScopes.TeamsWrite).Refuses(StatusCodes.Status409Conflict).WithName("deleteTeam").WithSummary("Delete a team that you manage and that has no tunnels");
        teams.MapTeamMembers();
    }

    /// <summary>A refusal of the store in the API's words.</summary>
    public static ApiProblem ToProblem(Failure failure) =>
        failure.Code == ApiErrors.PreconditionFailed.Code ? Preconditions.Failed
        : ApiProblem.Of(
            failure.Code == TeamErrors.ManagersOnly.Code ? StatusCodes.Status403Forbidden : StatusCodes.Status409Conflict,
            failure);

    private static async Task<Ok<ListAnswer<TeamAnswer>>> ListAsync(ApiCaller caller, ListQuery query, TeamStore teams, CancellationToken cancellationToken)
    {
        var rows = await teams.ListAsync(caller.UserId, query, cancellationToken);
        return TypedResults.Ok(query.ToAnswer(rows, row => new ListPosition(query.Sort == "name" ? row.Name : "", row.Id.Value), TeamAnswer.Of));
    }

    private static async Task<Results<Created<TeamAnswer>, ApiProblem>> CreateAsync(
        ApiCaller caller, Body<TeamBody> body, HttpContext context, TeamStore teams, EdgeSettings settings, IEventLog events, CancellationToken cancellationToken)
    {
        if (!DomainName.IsLabel(body.Value.Name))
        {
            return ApiProblem.Invalid(BadName);
        }

        var name = body.Value.Name ?? "";
        var (made, refused) = await teams.CreateAsync(name, caller.UserId, caller.IsAdmin ? int.MaxValue : settings.MaxTeamsPerAccount, cancellationToken);
        if (made is null)
        {
            return refused is null ? ApiProblem.NotFound : ToProblem(refused);
        }

        await events.ChangedAsync(EventKinds.TeamCreated, EventActor.Of(caller), caller.UserId, EventSubject.Of(made.Id, made.Name), ("name", null, made.Name));
        Preconditions.Show(context, made.Revision);
        return TypedResults.Created($"/api/v1/teams/{made.Id}", TeamAnswer.Of(made));
    }

    private static async Task<Results<Ok<TeamAnswer>, ApiProblem>> GetAsync(ApiCaller caller, string id, HttpContext context, TeamStore teams, CancellationToken cancellationToken)
    {
        if (await FindAsync(caller, id, teams, cancellationToken) is not { } team)
        {
            return ApiProblem.NotFound;
        }

        Preconditions.Show(context, team.Revision);
        return TypedResults.Ok(TeamAnswer.Of(team));
    }

    private static async Task<Results<Ok<TeamAnswer>, ApiProblem>> PatchAsync(
        ApiCaller caller, string id, Patch<TeamBody> patch, HttpContext context, TeamStore teams, IEventLog events, CancellationToken cancellationToken)
    {
        if (await FindAsync(caller, id, teams, cancellationToken) is not { } known)
        {
            return ApiProblem.NotFound;
        }

        if (!known.IsManager)
        {
            return ToProblem(TeamMemberStore.NotManager);
        }

        if (Preconditions.Check(context, known.Revision) is { } refused)
        {
            return refused;
        }

        var (body, problem) = patch.Apply(new TeamBody { Name = known.Name });
        if (body is null)
        {
            return problem ?? ApiProblem.NotFound;
        }

        if (!DomainName.IsLabel(body.Name))
        {
            return ApiProblem.Invalid(BadName);
        }

        var name = body.Name ?? "";
        if (await teams.RenameAsync(caller.UserId, known, name, cancellationToken) is { } failure)
        {
            return ToProblem(failure);
        }

        await events.ChangedAsync(EventKinds.TeamChanged, EventActor.Of(caller), caller.UserId, EventSubject.Of(known.Id, name), ("name", known.Name, name));
        return await GetAsync(caller, id, context, teams, cancellationToken);
    }

    private static async Task<Results<NoContent, ApiProblem>> DeleteAsync(ApiCaller caller, string id, TeamStore teams, IEventLog events, CancellationToken cancellationToken)
    {
        if (await FindAsync(caller, id, teams, cancellationToken) is not { } known)
        {
            return ApiProblem.NotFound;
        }

        if (!known.IsManager)
        {
            return ToProblem(TeamMemberStore.NotManager);
        }

        if (await teams.DeleteAsync(caller.UserId, known, cancellationToken) is { } failure)
        {
            return ToProblem(failure);
        }

        await events.ChangedAsync(EventKinds.TeamDeleted, EventActor.Of(caller), caller.UserId, EventSubject.Of(known.Id, known.Name), ("name", known.Name, null));
        return TypedResults.NoContent();
    }

    private static async Task<TeamRecord?> FindAsync(ApiCaller caller, string id, TeamStore teams, CancellationToken cancellationToken) =>
        TeamId.Parse(id) is { } team ? await teams.FindAsync(caller.UserId, team, cancellationToken) : null;
}
