using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Accounts.Login;
using Mport.Server.Accounts.Pages;
using Mport.Server.Accounts.Web;
using Mport.Server.Api;

namespace Mport.Server.Accounts.Passkeys;

/// <summary>
/// <c>/api/v1/me/passkeys</c>, one's own passkeys, for browsers' sessions alone as all of how one gets in; and <c>/auth/passkey</c>, signing in with one.
/// </summary>
internal static class PasskeysApi
{
    private const string Own = "me", SignIn = "auth";
    private static readonly FieldError _noCredential = new("/credential", "It must be what the browser gave: an object with id, type and response.");

    /// <summary>Maps the resources.</summary>
    public static void MapPasskeys(this IEndpointRouteBuilder api)
    {
        api.MapPost("/auth/passkey/options", BeginSignInAsync).NeedsNobody().Refuses(StatusCodes.Status403Forbidden)
            .WithName("beginPasskeySignIn").WithTags(SignIn).WithSummary("What a browser is to ask of a passkey; names nobody");
        api.MapPost("/auth/passkey", SignInAsync).NeedsNobody().Takes<PasskeySignInRequest>().Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden)
            .WithName("signInWithPasskey").WithTags(SignIn).WithSummary("Begin a browser's session with a passkey; no code is asked for");
        api.MapGet("/me/passkeys", ListAsync).NeedsCaller().WithName("listMyPasskeys").WithTags(Own).WithSummary("Your passkeys, at most 20");
        api.MapPost("/me/passkeys/options", BeginAsync).NeedsCaller().Takes<ConfirmRequest>()
            .WithName("beginMyPasskey").WithTags(Own).WithSummary("What a browser is to make a new passkey of");
        api.MapPost("/me/passkeys", AddAsync).NeedsCaller().Takes<NewPasskeyRequest>()
            .WithName("addMyPasskey").WithTags(Own).WithSummary("Add the passkey that the browser has made; all your other sessions end");
        api.MapGet("/me/passkeys/{id}", GetAsync).NeedsCaller().WithName("getMyPasskey").WithTags(Own).WithSummary("One of your passkeys");
        api.MapPatch("/me/passkeys/{id}", PatchAsync).NeedsCaller().TakesPatch<PasskeyChange>()
            .WithName("renameMyPasskey").WithTags(Own).WithSummary("Rename a passkey");
        api.MapPost("/me/passkeys/{id}/remove", RemoveAsync).NeedsCaller().Takes<ConfirmRequest>()
            .WithName("removeMyPasskey").WithTags(Own).WithSummary("Remove a passkey; all your other sessions end");
    }

    private static async Task<Results<Ok<PasskeyOptionsAnswer>, ApiProblem>> BeginSignInAsync(HttpContext context, PasskeySignIn desk) =>
        (RequestOrigin.ObstacleToSigningIn(context) ?? desk.ObstacleAt(context)) is { } obstacle ? AuthStatus.Problem(obstacle) : TypedResults.Ok(await desk.BeginAsync(context));

    private static async Task<Results<Ok<SignInAnswer>, ApiProblem>> SignInAsync(
        Body<PasskeySignInRequest> body, HttpContext context, PasskeySignIn desk, WebGate gate, CancellationToken cancellationToken)
    {
        if (RequestOrigin.ObstacleToSigningIn(context) is { } obstacle)
        {
            return AuthStatus.Problem(obstacle);
        }

        return body.Value.Credential is { } credential
            ? await AuthApi.AnswerAsync(context, await desk.SignInAsync(body.Value.Ticket, credential, context, cancellationToken), gate)
            : ApiProblem.Invalid(_noCredential);
    }

    private static async Task<Results<Ok<PasskeyListAnswer>, ApiProblem>> ListAsync(HttpContext context, PasskeyDesk desk, CancellationToken cancellationToken) =>
        MyAccessApi.Own(context) is { } own
            ? TypedResults.Ok(new PasskeyListAnswer([.. (await desk.ListAsync(own, cancellationToken)).Select(PasskeyAnswer.Of)], HasMore: false))
            : MyAccessApi.NeedsSession;

    private static async Task<Results<Ok<PasskeyOptionsAnswer>, ApiProblem>> BeginAsync(Body<ConfirmRequest> body, HttpContext context, PasskeyDesk desk, CancellationToken cancellationToken)
    {
        if (MyAccessApi.Own(context) is not { } own)
        {
            return MyAccessApi.NeedsSession;
        }

        var (question, refusal) = await desk.BeginAsync(own, body.Value.Password ?? new Secret(""), context, cancellationToken);
        return question is null ? AuthStatus.Problem(refusal ?? Failure.Of(PasskeyErrors.PasskeyNotAdded)) : TypedResults.Ok(question);
    }

    private static async Task<Results<Created<PasskeyAnswer>, ApiProblem>> AddAsync(
        Body<NewPasskeyRequest> body, HttpContext context, PasskeyDesk desk, WebGate gate, CancellationToken cancellationToken)
    {
        if (MyAccessApi.Own(context) is not { } own)
        {
            return MyAccessApi.NeedsSession;
        }

        if (!TokenName.TryParse(body.Value.Name ?? BrowserName.Of(WebVisitor.Of(context).UserAgent), out var name))
        {
            return ApiProblem.Invalid(new FieldError("/name", PasskeyDesk.NameRule));
        }

        if (body.Value.Credential is not { } credential)
        {
            return ApiProblem.Invalid(_noCredential);
        }

        var (added, refusal) = await desk.AddAsync(own, body.Value.Ticket, credential, name, context, cancellationToken);
        if (added is null)
        {
            return AuthStatus.Problem(refusal ?? Failure.Of(PasskeyErrors.PasskeyNotAdded));
        }

        await gate.ReplaceAsync(context, added.Session);
        return TypedResults.Created($"/api/v1/me/passkeys/{added.Passkey.Id}", PasskeyAnswer.Of(added.Passkey));
    }

    private static async Task<Results<Ok<PasskeyAnswer>, ApiProblem>> GetAsync(string id, HttpContext context, PasskeyDesk desk, CancellationToken cancellationToken)
    {
        if (MyAccessApi.Own(context) is not { } own)
        {
            return MyAccessApi.NeedsSession;
        }

        if (await desk.FindAsync(own, id, cancellationToken) is not { } passkey)
        {
            return ApiProblem.NotFound;
        }

        Preconditions.Show(context, passkey.Revision);
        return TypedResults.Ok(PasskeyAnswer.Of(passkey));
    }

    private static async Task<Results<Ok<PasskeyAnswer>, ApiProblem>> PatchAsync(string id, Patch<PasskeyChange> patch, HttpContext context, PasskeyDesk desk, CancellationToken cancellationToken)
    {
        if (MyAccessApi.Own(context) is not { } own)
        {
            return MyAccessApi.NeedsSession;
        }

        if (await desk.FindAsync(own, id, cancellationToken) is not { } passkey)
        {
            return ApiProblem.NotFound;
        }

        if (Preconditions.Check(context, passkey.Revision) is { } refused)
        {
            return refused;
        }

        var (change, problem) = patch.Apply(new PasskeyChange { Name = passkey.Name });
        if (change is null)
        {
            return problem ?? ApiProblem.NotFound;
        }

        if (!TokenName.TryParse(change.Name, out var name))
        {
            return ApiProblem.Invalid(new FieldError("/name", PasskeyDesk.NameRule));
        }

        return await desk.RenameAsync(own, passkey, name, WebVisitor.Of(context), cancellationToken) ? await GetAsync(id, context, desk, cancellationToken) : Preconditions.Failed;
    }

    private static async Task<Results<NoContent, ApiProblem>> RemoveAsync(
        string id, Body<ConfirmRequest> body, HttpContext context, PasskeyDesk desk, WebGate gate, CancellationToken cancellationToken)
    {
        if (MyAccessApi.Own(context) is not { } own)
        {
            return MyAccessApi.NeedsSession;
        }

        return await desk.FindAsync(own, id, cancellationToken) is { } passkey
            ? await MyAccessApi.LetInAsync(context, gate, await desk.RemoveAsync(own, passkey, body.Value.Password ?? new Secret(""), WebVisitor.Of(context), cancellationToken))
            : ApiProblem.NotFound;
    }
}
