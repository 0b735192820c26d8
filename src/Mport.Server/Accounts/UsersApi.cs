using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Mport.Protocol.Errors;
using Mport.Server.Accounts.Removal;
using Mport.Server.Api;
using Mport.Server.Events;
using Mport.Server.Tunnels;

namespace Mport.Server.Accounts;

/// <summary><c>/api/v1/users</c>: all accounts, for administrators.</summary>
internal static class UsersApi
{
    private static readonly FieldError BadRole = new("/role", $"It must be one of {string.Join(", ", UserRoles.Given)}.");

    /// <summary>Maps the resource.</summary>
    public static void MapUsers(this IEndpointRouteBuilder api)
    {
        var users = api.MapGroup("/users").WithTags("users");
        users.MapGet("", ListAsync).NeedsAdmin(TokenScopes.UsersAdmin).Lists("-created_at", "email").WithName("listUsers").WithSummary("All accounts");
        users.MapPost("", CreateAsync).NeedsAdmin(TokenScopes.UsersAdmin).Takes<NewUserBody>().WithName("createUser").WithSummary("Make an account; it has no password and no token yet");
        users.MapGet("/{id}", GetAsync).NeedsAdmin(TokenScopes.UsersAdmin).WithName("getUser").WithSummary("An account");
        users.MapPatch("/{id}", PatchAsync).NeedsAdmin(TokenScopes.UsersAdmin).TakesPatch<UserChange>().WithName("updateUser").WithSummary("Change an account's role, disable or enable it; sessions of a disabled one end within two seconds");
        users.MapDelete("/{id}", DeleteAsync).NeedsAdmin(TokenScopes.UsersAdmin).Refuses(StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity)
            .WithName("deleteUser").WithSummary("Delete an account with its tokens; its sessions end at once. Its tunnels and reservations are given up, or go to the account transfer_to");
    }

    private static async Task<Ok<ListAnswer<UserAnswer>>> ListAsync(ListQuery query, UserAdminStore users, CancellationToken cancellationToken)
    {
        var rows = await users.ListAsync(query, cancellationToken);
        return TypedResults.Ok(query.ToAnswer(rows, row => new ListPosition(query.Sort == "email" ? row.Email.ToLowerInvariant() : "", row.Id.Value), UserAnswer.Of));
    }

    private static async Task<Results<Created<UserAnswer>, ApiProblem>> CreateAsync(ApiCaller caller, Body<NewUserBody> body, UserStore users, IEventLog events, CancellationToken cancellationToken)
    {
        if (!EmailAddress.TryParse(body.Value.Email, out var email))
        {
            return ApiProblem.Invalid(new FieldError("/email", "It must be an e-mail address of plain ASCII."));
        }

        if (UserRoles.ParseGiven(body.Value.Role ?? "member") is not { } role)
        {
            return ApiProblem.Invalid(BadRole);
        }

        if (await users.AddAsync(new NewUser { Email = email, IsAdmin = role is UserRole.Admin, IsAuditor = role is UserRole.Auditor }, cancellationToken) is not { } made)
        {
            return ApiProblem.Of(StatusCodes.Status409Conflict, AccountErrors.AccountExists);
        }

        await events.ChangedAsync(
            EventKinds.UserAdded, EventActor.Of(caller), made.Id, EventSubject.Of(made.Id, made.Email), ("email", null, made.Email), ("role", null, role.ToText()));
        return TypedResults.Created($"/api/v1/users/{made.Id}", UserAnswer.Of(made));
    }

    private static async Task<Results<Ok<UserAnswer>, ApiProblem>> GetAsync(string id, HttpContext context, UserAdminStore users, CancellationToken cancellationToken)
    {
        if (await users.FindAsync(new UserId(id), cancellationToken) is not { } user)
        {
            return ApiProblem.NotFound;
        }

        Preconditions.Show(context, RevisionOf(user));
        return TypedResults.Ok(UserAnswer.Of(user));
    }

    private static async Task<Results<Ok<UserAnswer>, ApiProblem>> PatchAsync(
        ApiCaller caller, string id, Patch<UserChange> patch, HttpContext context, UserAdminStore users, IEventLog events, CancellationToken cancellationToken)
    {
        if (await users.FindAsync(new UserId(id), cancellationToken) is not { } user)
        {
            return ApiProblem.NotFound;
        }

        if (Preconditions.Check(context, RevisionOf(user)) is { } refused)
        {
            return refused;
        }

        var (change, problem) = patch.Apply(new UserChange { Role = user.Role.ToText(), Disabled = user.DisabledAt is not null });
        if (change is null)
        {
            return problem ?? ApiProblem.NotFound;
        }

        var disabled = change.Disabled ?? false;
        if (user.IsOwner && (change.Role != "owner" || disabled))
        {
            return ApiProblem.Of(StatusCodes.Status409Conflict, ApiErrors.LastOwner);
        }

        if (user.IsOwner)
        {
            return await GetAsync(id, context, users, cancellationToken);
        }

        if (UserRoles.ParseGiven(change.Role) is not { } role)
        {
            return ApiProblem.Invalid(BadRole);
        }

        if (!await users.ChangeAsync(user, role, disabled, cancellationToken))
        {
            return Preconditions.Failed;
        }

        await RecordAsync(events, caller, user, role, disabled);
        return await GetAsync(id, context, users, cancellationToken);
    }

    private static async Task<Results<NoContent, ApiProblem>> DeleteAsync(
        ApiCaller caller,
        string id,
        [FromQuery(Name = "transfer_to"), Description("The account that gets its tunnels and reservations, usr_…; without it they are given up.")] string? transferTo,
        AccountRemoval removal,
        IEventLog events,
        CancellationToken cancellationToken)
    {
        switch (await removal.RemoveAsync(new UserId(id), transferTo is null ? null : new UserId(transferTo), cancellationToken))
        {
            case RemovalResult.Removed { Account: var removed }:
                var happened = RemovalEvents.Of(EventActor.Of(caller), removed);
                foreach (var one in happened.SkipLast(1))
                {
                    events.Record(one);
                }

                await events.RecordAsync(happened[^1], CancellationToken.None);
                return TypedResults.NoContent();
            case RemovalResult.Unknown:
                return ApiProblem.NotFound;
            case RemovalResult.IsOwner:
                return ApiProblem.Of(StatusCodes.Status409Conflict, ApiErrors.LastOwner);
            case RemovalResult.HeirUnfit:
                return ApiProblem.Invalid(new FieldError("?transfer_to", "It must be the id of another account, one that is enabled."));
            default:
                throw new UnreachableException();
        }
    }

    private static async Task RecordAsync(IEventLog events, ApiCaller caller, UserRecord user, UserRole role, bool disabled)
    {
        var subject = EventSubject.Of(user.Id, user.Email);
        if (role != user.Role)
        {
            await events.ChangedAsync(EventKinds.UserChanged, EventActor.Of(caller), user.Id, subject, ("role", user.Role.ToText(), role.ToText()));
        }

        if (disabled != user.DisabledAt is not null)
        {
            await events.ChangedAsync(disabled ? EventKinds.UserDisabled : EventKinds.UserEnabled, EventActor.Of(caller), user.Id, subject);
        }
    }

    // The account's own fields are its revision: there are two that change.
    private static long RevisionOf(UserRecord user) => ((user.DisabledAt?.ToUnixTimeMilliseconds() ?? 0) << 2) | (long)user.Role;
}

/// <summary>An account as the API shows it.</summary>
internal sealed record UserAnswer
{
    /// <summary>The lasting id, <c>usr_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The e-mail address.</summary>
    public required string Email { get; init; }

    /// <summary><c>member</c>, <c>auditor</c>, <c>admin</c> or <c>owner</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Whether it is disabled: it cannot log in, and its tokens do not work.</summary>
    public required bool Disabled { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it is disabled; absent while it is not.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Of a record.</summary>
    public static UserAnswer Of(UserRecord user) => new()
    {
        Id = user.Id.Value,
        Email = user.Email,
        Role = user.Role.ToText(),
        Disabled = user.DisabledAt is not null,
        CreatedAt = user.CreatedAt.ToUniversalTime(),
        DisabledAt = user.DisabledAt?.ToUniversalTime(),
    };
}

/// <summary>An account to be made.</summary>
internal sealed record NewUserBody
{
    /// <summary>The e-mail address, the login name.</summary>
    public string? Email { get; init; }

    /// <summary><c>member</c>, <c>auditor</c> or <c>admin</c>; default member.</summary>
    public string? Role { get; init; }
}

/// <summary>What can be changed of an account.</summary>
internal sealed record UserChange
{
    /// <summary><c>member</c>, <c>auditor</c> or <c>admin</c>. The owner stays the owner.</summary>
    public string? Role { get; init; }

    /// <summary>Whether it is disabled.</summary>
    public bool? Disabled { get; init; }
}

/// <summary>The records of the resource.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UserAnswer))]
[JsonSerializable(typeof(ListAnswer<UserAnswer>))]
[JsonSerializable(typeof(NewUserBody))]
[JsonSerializable(typeof(UserChange))]
internal sealed partial class UsersJson : JsonSerializerContext;
