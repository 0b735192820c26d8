using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Accounts.Links;
using Mport.Server.Accounts.Registration;
using Mport.Server.Api;
using Mport.Server.Events;

namespace Mport.Server.Accounts.Invitations;

/// <summary><c>/api/v1/invitations</c>, and the links that administrators hand on.</summary>
internal static class InvitationsApi
{
    private const string Tag = "invitations";

    /// <summary>Maps the resources.</summary>
    public static void MapInvitations(this IEndpointRouteBuilder api)
    {
        api.MapGet("/invitations", ListAsync).NeedsAdmin(TokenScopes.UsersAdmin).Lists("-created_at")
            .WithName("listInvitations").WithTags(Tag).WithSummary("All invitations, without their links");
        api.MapPost("/invitations", CreateAsync).NeedsAdmin(TokenScopes.UsersAdmin).Takes<InvitationRequest>()
            .WithName("createInvitation").WithTags(Tag).WithSummary("Invite somebody; the answer holds the link, once");
        api.MapDelete("/invitations/{id}", RevokeAsync).NeedsAdmin(TokenScopes.UsersAdmin)
            .WithName("revokeInvitation").WithTags(Tag).WithSummary("Revoke an invitation that was not accepted yet");
        api.MapPost("/password-links", LinkAsync).NeedsAdmin(TokenScopes.UsersAdmin).Takes<PasswordLinkRequest>().Refuses(StatusCodes.Status404NotFound)
            .WithName("createPasswordLink").WithTags("users").WithSummary("Make a one-time link with which an account sets a password, good for an hour");
    }

    private static async Task<Ok<ListAnswer<InvitationAnswer>>> ListAsync(ListQuery query, InvitationStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var rows = await store.ListAsync(query, cancellationToken);
        return TypedResults.Ok(query.ToAnswer(rows, row => new ListPosition("", row.Id.Value), row => InvitationAnswer.Of(row, now)));
    }

    private static async Task<Results<Created<InvitationAnswer>, ApiProblem>> CreateAsync(
        Body<InvitationRequest> body, ApiCaller caller, InvitationStore store, AccountLinks links, MailDesk mails, IEventLog events, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!mails.TakesInvitations)
        {
            return AuthStatus.Problem(new Failure(SignupErrors.RegistrationClosed.Code, "Invitations are closed on this edge (--registration closed): add the account with POST /api/v1/users."));
        }

        var request = body.Value;
        var errors = new List<FieldError>();
        if (!EmailAddress.TryParse(request.Email, out var email))
        {
            errors.Add(new FieldError("/email", "It is not an e-mail address of the form name@host in plain ASCII."));
        }

        var role = UserRoles.ParseGiven(request.Role ?? "member");
        if (role is null)
        {
            errors.Add(new FieldError("/role", $"It is not one of {string.Join(", ", UserRoles.Given)}."));
        }

        var days = request.ExpiresInDays ?? (int)InvitationStore.DefaultLifetime.TotalDays;
        if (days < 1 || days > InvitationStore.LongestLifetime.TotalDays)
        {
            errors.Add(new FieldError("/expires_in_days", $"It is not 1 to {InvitationStore.LongestLifetime.TotalDays:0}."));
        }

        if (errors.Count > 0 || role is not { } given)
        {
            return ApiProblem.Invalid(errors);
        }

        if (await store.CreateAsync(email, given, TimeSpan.FromDays(days), caller.UserId, cancellationToken) is not { } issued)
        {
            return AuthStatus.Problem(Failure.Of(AccountErrors.AccountExists, $"The account {email} exists already."));
        }

        await events.ChangedAsync(
            EventKinds.InvitationCreated, EventActor.Of(caller), caller.UserId, new EventSubject("invitation", issued.Id.Value, email.Value), ("email", null, email.Value), ("role", null, given.ToText()));
        return TypedResults.Created($"/api/v1/invitations/{issued.Id}", new InvitationAnswer
        {
            Id = issued.Id.Value,
            Email = email.Value,
            Role = given.ToText(),
            State = "open",
            CreatedAt = time.GetUtcNow(),
            ExpiresAt = issued.ExpiresAt,
            Link = links.Invitation(issued.Secret),
            Mailed = mails.SendsMail ? await mails.InviteAsync(email, issued.Secret, cancellationToken) : null,
        });
    }

    private static async Task<Results<NoContent, ApiProblem>> RevokeAsync(ApiCaller caller, string id, InvitationStore store, IEventLog events, CancellationToken cancellationToken)
    {
        if (!await store.RevokeAsync(new InvitationId(id), cancellationToken))
        {
            return ApiProblem.NotFound;
        }

        await events.ChangedAsync(EventKinds.InvitationRevoked, EventActor.Of(caller), caller.UserId, new EventSubject("invitation", id));
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<PasswordLinkAnswer>, ApiProblem>> LinkAsync(
        Body<PasswordLinkRequest> body, ApiCaller caller, UserStore users, LinkStore store, AccountLinks links, IEventLog events, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!EmailAddress.TryParse(body.Value.Email, out var email))
        {
            return ApiProblem.Invalid(new FieldError("/email", "It is not an e-mail address of the form name@host in plain ASCII."));
        }

        // An administrator does not become the owner by setting the owner's password.
        if (await users.FindAsync(email, cancellationToken) is { IsOwner: true } && caller.Role is not UserRole.Owner)
        {
            return AuthStatus.Problem(Failure.Of(AccountErrors.RoleForbids, "Only the owner makes such a link for the owner; on the edge itself: mportd user reset-password."));
        }

        if (await store.CreateAsync(email, cancellationToken) is not { } secret || await users.FindAsync(email, cancellationToken) is not { } user)
        {
            return ApiProblem.Of(StatusCodes.Status404NotFound, AccountErrors.AccountUnknown);
        }

        await events.ChangedAsync(EventKinds.PasswordLinkCreated, EventActor.Of(caller), user.Id, EventSubject.Of(user.Id, user.Email));
        return TypedResults.Ok(new PasswordLinkAnswer(links.Password(secret), time.GetUtcNow() + LinkStore.Lifetime));
    }
}

/// <summary>An invitation to be made.</summary>
/// <param name="Email">The address that the account will have.</param>
/// <param name="Role"><c>member</c> (by default), <c>auditor</c> or <c>admin</c>.</param>
/// <param name="ExpiresInDays">How long it works, 1 to 30; 7 by default.</param>
internal sealed record InvitationRequest(string? Email, string? Role, int? ExpiresInDays);

/// <summary>An invitation.</summary>
internal sealed record InvitationAnswer
{
    /// <summary>The lasting id, <c>inv_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The address that the account will have.</summary>
    public required string Email { get; init; }

    /// <summary>The role that the account will have.</summary>
    public required string Role { get; init; }

    /// <summary><c>open</c>, <c>accepted</c>, <c>revoked</c> or <c>expired</c>.</summary>
    public required string State { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops working.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Where it is accepted: only in the answer that made it.</summary>
    public Secret? Link { get; init; }

    /// <summary>Whether the link is on its way by mail: only in the answer that made it, and where the edge sends mail.</summary>
    public bool? Mailed { get; init; }

    /// <summary>The answer of a listed invitation.</summary>
    public static InvitationAnswer Of(InvitationRecord row, DateTimeOffset now) => new()
    {
        Id = row.Id.Value,
        Email = row.Email,
        Role = row.Role.ToText(),
        State = row.StateAt(now),
        CreatedAt = row.CreatedAt,
        ExpiresAt = row.ExpiresAt,
    };
}

/// <summary>Whose password is to be set.</summary>
/// <param name="Email">The account's address.</param>
internal sealed record PasswordLinkRequest(string? Email);

/// <summary>A one-time link.</summary>
/// <param name="Link">Where the password is set; shown once.</param>
/// <param name="ExpiresAt">When it stops working.</param>
internal sealed record PasswordLinkAnswer(Secret Link, DateTimeOffset ExpiresAt);

/// <summary>The records of the resources.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InvitationRequest))]
[JsonSerializable(typeof(ListAnswer<InvitationAnswer>))]
[JsonSerializable(typeof(PasswordLinkRequest))]
[JsonSerializable(typeof(PasswordLinkAnswer))]
internal sealed partial class InvitationsJson : JsonSerializerContext;
