using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Accounts.Login;
using Mport.Server.Accounts.Passwords;
using Mport.Server.Api;
using Mport.Server.Events;

namespace Mport.Server.Accounts.Web;

/// <summary>
/// <c>/api/v1/me/sessions</c>, <c>/me/password</c> and <c>/me/totp</c>: how one gets in oneself. For browsers' sessions alone: a token that leaked must
/// not be able to lock its owner out.
/// </summary>
internal static class MyAccessApi
{
    private const string Tag = "me";

    /// <summary>Maps the resources.</summary>
    public static void MapMyAccess(this IEndpointRouteBuilder api)
    {
        api.MapGet("/me/sessions", ListAsync).NeedsCaller().WithName("listMySessions").WithTags(Tag).WithSummary("Where you are signed in, at most 50");
        api.MapDelete("/me/sessions/{id}", EndAsync).NeedsCaller().WithName("endMySession").WithTags(Tag).WithSummary("End one of your sessions");
        api.MapPost("/me/password", ChangePasswordAsync).NeedsCaller().Takes<PasswordRequest>()
            .WithName("changeMyPassword").WithTags(Tag).WithSummary("Change your password; all your other sessions end");
        api.MapPost("/me/totp", BeginTotpAsync).NeedsCaller().Takes<ConfirmRequest>()
            .WithName("beginMyTotp").WithTags(Tag).WithSummary("Make a second factor, which is asked for once its first code was given");
        api.MapPost("/me/totp/enable", EnableTotpAsync).NeedsCaller().Takes<CodeRequest>()
            .WithName("enableMyTotp").WithTags(Tag).WithSummary("Give the first code; the answer holds the recovery codes, once");
        api.MapPost("/me/totp/disable", DisableTotpAsync).NeedsCaller().Takes<ConfirmRequest>()
            .WithName("disableMyTotp").WithTags(Tag).WithSummary("Switch the second factor off");
    }

    private static async Task<Results<Ok<WebSessionList>, ApiProblem>> ListAsync(HttpContext context, WebSessionStore sessions, CancellationToken cancellationToken) =>
        Own(context) is not { } own ? NeedsSession : TypedResults.Ok(new WebSessionList(
            [.. (await sessions.ListAsync(own.UserId, cancellationToken)).Select(one => WebSessionAnswer.Of(one, own.Id))], HasMore: false));

    private static async Task<Results<NoContent, ApiProblem>> EndAsync(string id, HttpContext context, WebSessionStore sessions, IEventLog events, CancellationToken cancellationToken)
    {
        if (Own(context) is not { } own)
        {
            return NeedsSession;
        }

        if (!await sessions.EndAsync(own.UserId, new WebSessionId(id), cancellationToken))
        {
            return ApiProblem.NotFound;
        }

        await events.ChangedAsync(EventKinds.LoginEnded, EventActor.OfUser(own.UserId, own.Email, WebVisitor.Of(context).Address), own.UserId, new EventSubject("web_session", id));
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ApiProblem>> ChangePasswordAsync(
        Body<PasswordRequest> body, HttpContext context, PasswordDesk desk, WebGate gate, CancellationToken cancellationToken) =>
        Own(context) is not { } own ? NeedsSession : await LetInAsync(context, gate, await desk.ChangeAsync(
            own, body.Value.Current ?? new Secret(""), body.Value.Chosen ?? new Secret(""), WebVisitor.Of(context), cancellationToken));

    private static async Task<Results<Ok<TotpAnswer>, ApiProblem>> BeginTotpAsync(
        Body<ConfirmRequest> body, HttpContext context, AccountDesk desk, CancellationToken cancellationToken)
    {
        if (Own(context) is not { } own)
        {
            return NeedsSession;
        }

        return await desk.BeginFactorAsync(own, body.Value.Password ?? new Secret(""), WebVisitor.Of(context), cancellationToken) is { } refusal
            ? AuthStatus.Problem(refusal)
            : await desk.FindBegunAsync(own, cancellationToken) is { } secret
                ? TypedResults.Ok(new TotpAnswer(secret, new Secret($"otpauth://totp/Mport:{Uri.EscapeDataString(own.Email)}?secret={secret.Reveal()}&issuer=Mport")))
                : AuthStatus.Problem(Failure.Of(AccountErrors.SecondFactorSet));
    }

    private static async Task<Results<Ok<RecoveryCodesAnswer>, ApiProblem>> EnableTotpAsync(
        Body<CodeRequest> body, HttpContext context, AccountDesk desk, WebGate gate, CancellationToken cancellationToken)
    {
        if (Own(context) is not { } own)
        {
            return NeedsSession;
        }

        var (enabled, refusal) = await desk.EnableFactorAsync(own, body.Value.Code ?? "", WebVisitor.Of(context), cancellationToken);
        if (enabled is null)
        {
            return AuthStatus.Problem(refusal ?? Failure.Of(AccountErrors.CodeRefused));
        }

        await gate.ReplaceAsync(context, enabled.Session);
        return TypedResults.Ok(new RecoveryCodesAnswer(enabled.RecoveryCodes));
    }

    private static async Task<Results<NoContent, ApiProblem>> DisableTotpAsync(
        Body<ConfirmRequest> body, HttpContext context, AccountDesk desk, WebGate gate, CancellationToken cancellationToken) =>
        Own(context) is not { } own ? NeedsSession : await LetInAsync(
            context, gate, await desk.DisableFactorAsync(own, body.Value.Password ?? new Secret(""), WebVisitor.Of(context), cancellationToken));

    /// <summary>The refusal of whoever has no browser's session.</summary>
    public static ApiProblem NeedsSession => AuthStatus.Problem(Failure.Of(AccountErrors.SignInNeeded, "This is for a browser's session, not for a token."));

    /// <summary>The browser's session of this request; null for one with a token.</summary>
    public static WebSession? Own(HttpContext context) => context.Features.Get<WebSession>();

    /// <summary>Gives the browser the session with which it goes on after a change, or says why there was none.</summary>
    public static async Task<Results<NoContent, ApiProblem>> LetInAsync(HttpContext context, WebGate gate, SignInResult result)
    {
        if (result is SignInResult.SignedIn signedIn)
        {
            await gate.ReplaceAsync(context, signedIn.Session);
            return TypedResults.NoContent();
        }

        return AuthStatus.Problem(result is SignInResult.Refused refused ? refused.Why : Failure.Of(AccountErrors.SignInNeeded));
    }
}
