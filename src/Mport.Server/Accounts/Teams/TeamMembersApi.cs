using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Protocol.Errors;
using Mport.Server.Api;
using Mport.Server.Events;

namespace Mport.Server.Accounts.Teams;

/// <summary><c>/api/v1/teams/{id}/members</c>: who is in a team, for those who are.</summary>
internal static class TeamMembersApi
{
    private static readonly FieldError BadRole = new("/role", "It must be manager or member.");

    /// <summary>Maps the resource.</summary>
    public static void MapTeamMembers(this IEndpointRouteBuilder teams)
    {
        teams.MapGet("/{id}/members", ListAsync).Needs(TokenScopes.TeamsRead).WithName("listTeamMembers").WithSummary("Who is in a team that you are in");
        teams.MapPost("/{id}/members", AddAsync).Needs(TokenScopes.TeamsWrite).Takes<NewTeamMember>().WithName("addTeamMember").WithSummary("Add an account to a team that you manage");
        teams.MapPatch("/{id}/members/{user_id}", PatchAsync).Needs(TokenScopes.TeamsWrite).TakesPatch<TeamMemberChange>()
            .WithName("updateTeamMember").WithSummary("Give a member of a team that you manage another role");
        teams.MapDelete("/{id}/members/{user_id}", RemoveAsync).Needs(TokenScopes.TeamsWrite).Refuses(StatusCodes.Status409Conflict)
            .WithName("removeTeamMember").WithSummary("Remove a member from a team that you manage, or leave a team; the member's clients lose the team's tunnels within two seconds");
    }

    private static async Task<Results<Ok<TeamMembersAnswer>, ApiProblem>> ListAsync(
        ApiCaller caller, string id, TeamStore teams, TeamMemberStore members, CancellationToken cancellationToken) =>
        await FindAsync(caller, id, teams, cancellationToken) is { } team
            ? TypedResults.Ok(new TeamMembersAnswer([.. (await members.ListAsync(team.Id, cancellationToken)).Select(TeamMemberAnswer.Of)]))
            : ApiProblem.NotFound;

    private static async Task<Results<Created<TeamMemberAnswer>, ApiProblem>> AddAsync(
        ApiCaller caller, string id, Body<NewTeamMember> body, TeamStore teams, TeamMemberStore members, UserStore users, IEventLog events, CancellationToken cancellationToken)
    {
        if (await FindAsync(caller, id, teams, cancellationToken) is not { } team)
        {
            return ApiProblem.NotFound;
        }

        // Before the account is looked for: only managers learn whether there is one.
        if (!team.IsManager)
        {
            return TeamsApi.ToProblem(TeamMemberStore.NotManager);
        }

        if (!EmailAddress.TryParse(body.Value.Email, out var email))
        {
            return ApiProblem.Invalid(new FieldError("/email", "It must be an e-mail address of plain ASCII."));
        }

        if (TeamRoles.Parse(body.Value.Role ?? TeamRoles.Member) is not { } isManager)
        {
            return ApiProblem.Invalid(BadRole);
        }

        if (await users.FindAsync(email, cancellationToken) is not { } user)
        {
            return ApiProblem.Of(StatusCodes.Status409Conflict, AccountErrors.AccountUnknown);
        }

        if (await members.AddAsync(caller.UserId, team.Id, user.Id, isManager, cancellationToken) is { } refused)
        {
            return TeamsApi.ToProblem(refused);
        }

        await RecordAsync(events, caller, team, user.Id, ("member", null, user.Email), ("role", null, TeamRoles.Of(isManager)));
        return await members.FindAsync(team.Id, user.Id, cancellationToken) is { } made
            ? TypedResults.Created($"/api/v1/teams/{team.Id}/members/{user.Id}", TeamMemberAnswer.Of(made))
            : ApiProblem.NotFound;
    }

    private static async Task<Results<Ok<TeamMemberAnswer>, ApiProblem>> PatchAsync(
        ApiCaller caller, string id, string user_id, Patch<TeamMemberChange> patch, HttpContext context, TeamStore teams, TeamMemberStore members, IEventLog events, CancellationToken cancellationToken)
    {
        if (await FindAsync(caller, id, teams, cancellationToken) is not { } team
            || await members.FindAsync(team.Id, new UserId(user_id), cancellationToken) is not { } known)
        {
            return ApiProblem.NotFound;
        }

        if (Preconditions.Check(context, Revision(known)) is { } stale)
        {
            return stale;
        }

        var (change, problem) = patch.Apply(new TeamMemberChange { Role = TeamRoles.Of(known.IsManager) });
        if (change is null)
        {
            return problem ?? ApiProblem.NotFound;
        }

        if (TeamRoles.Parse(change.Role) is not { } isManager)
        {
            return ApiProblem.Invalid(BadRole);
        }

        if (await members.SetRoleAsync(caller.UserId, team.Id, known.UserId, isManager, cancellationToken) is { } refused)
        {
            return TeamsApi.ToProblem(refused);
        }

        await RecordAsync(events, caller, team, known.UserId, ("member", known.Email, known.Email), ("role", TeamRoles.Of(known.IsManager), TeamRoles.Of(isManager)));
        var now = known with { IsManager = isManager };
        Preconditions.Show(context, Revision(now));
        return TypedResults.Ok(TeamMemberAnswer.Of(now));
    }

    private static async Task<Results<NoContent, ApiProblem>> RemoveAsync(
        ApiCaller caller, string id, string user_id, TeamStore teams, TeamMemberStore members, IEventLog events, CancellationToken cancellationToken)
    {
        if (await FindAsync(caller, id, teams, cancellationToken) is not { } team
            || await members.FindAsync(team.Id, new UserId(user_id), cancellationToken) is not { } known)
        {
            return ApiProblem.NotFound;
        }

        if (await members.RemoveAsync(caller.UserId, team.Id, known.UserId, cancellationToken) is { } refused)
        {
            return TeamsApi.ToProblem(refused);
        }

        await RecordAsync(events, caller, team, known.UserId, ("member", known.Email, null), ("role", TeamRoles.Of(known.IsManager), null));
        return TypedResults.NoContent();
    }

    private static async Task<TeamRecord?> FindAsync(ApiCaller caller, string id, TeamStore teams, CancellationToken cancellationToken) =>
        TeamId.Parse(id) is { } team ? await teams.FindAsync(caller.UserId, team, cancellationToken) : null;

    // The member's account sees what was done to it.
    private static Task RecordAsync(IEventLog events, ApiCaller caller, TeamRecord team, UserId member, params (string Name, string? Before, string? After)[] changes) =>
        events.ChangedAsync(EventKinds.TeamChanged, EventActor.Of(caller), member, EventSubject.Of(team.Id, team.Name), changes);

    private static long Revision(TeamMemberRecord member) => member.IsManager ? 2 : 1;
}
