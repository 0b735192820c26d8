using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Accounts.Web;
using Mport.Server.Api;

namespace Mport.Server.Accounts.Login;

/// <summary><c>/api/v1/auth</c>: signing in and out for a browser's scripts. Programs use tokens.</summary>
internal static class AuthApi
{
    private const string Tag = "auth";

    /// <summary>Maps the resource.</summary>
    public static void MapAuth(this IEndpointRouteBuilder api)
    {
        api.MapPost("/auth/login", SignInAsync).NeedsNobody().Takes<SignInRequest>().Refuses(StatusCodes.Status403Forbidden)
            .WithName("signIn").WithTags(Tag).WithSummary("Begin a browser's session; the answer sets its cookie");
        api.MapPost("/auth/code", EnterCodeAsync).NeedsNobody().Takes<CodeRequest>().Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden)
            .WithName("enterCode").WithTags(Tag).WithSummary("Give the code of the second factor after the password");
        api.MapPost("/auth/logout", SignOutAsync).NeedsNobody().Refuses(StatusCodes.Status403Forbidden)
            .WithName("signOut").WithTags(Tag).WithSummary("End the session of the request's cookie");
    }

    private static async Task<Results<Ok<SignInAnswer>, ApiProblem>> SignInAsync(
        Body<SignInRequest> body, HttpContext context, SignInDesk desk, WebGate gate, CancellationToken cancellationToken)
    {
        if (RequestOrigin.ObstacleToSigningIn(context) is { } obstacle)
        {
            return AuthStatus.Problem(obstacle);
        }

        var result = await desk.SignInAsync(body.Value.Email ?? "", body.Value.Password ?? new Secret(""), WebVisitor.Of(context), cancellationToken);
        return await AnswerAsync(context, result, gate);
    }

    private static async Task<Results<Ok<SignInAnswer>, ApiProblem>> EnterCodeAsync(
        Body<CodeRequest> body, HttpContext context, SignInDesk desk, WebGate gate, CancellationToken cancellationToken)
    {
        if (RequestOrigin.ObstacleToSigningIn(context) is { } obstacle)
        {
            return AuthStatus.Problem(obstacle);
        }

        return await gate.FindPendingAsync(context) is { } pending
            ? await AnswerAsync(context, await desk.EnterCodeAsync(pending, body.Value.Code ?? "", WebVisitor.Of(context), cancellationToken), gate)
            : AuthStatus.Problem(Failure.Of(AccountErrors.SignInNeeded));
    }

    private static async Task<Results<NoContent, ApiProblem>> SignOutAsync(HttpContext context, WebGate gate)
    {
        if (!RequestOrigin.IsCertain(context))
        {
            return AuthStatus.Problem(Failure.Of(AccountErrors.FormRefused));
        }

        await gate.SignOutAsync(context);
        return TypedResults.NoContent();
    }

    /// <summary>Gives the browser its session and says how far it came, or why not.</summary>
    public static async Task<Results<Ok<SignInAnswer>, ApiProblem>> AnswerAsync(HttpContext context, SignInResult result, WebGate gate)
    {
        switch (result)
        {
            case SignInResult.SignedIn signedIn:
                await gate.ReplaceAsync(context, signedIn.Session);
                return TypedResults.Ok(new SignInAnswer("signed_in"));
            case SignInResult.CodeWanted wanted:
                await gate.ReplaceAsync(context, wanted.Session);
                return TypedResults.Ok(new SignInAnswer("code_wanted"));
            case SignInResult.Refused refused:
                return AuthStatus.Problem(refused.Why);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}

/// <summary>Who wants to sign in.</summary>
/// <param name="Email">The account's e-mail address.</param>
/// <param name="Password">Its password.</param>
internal sealed record SignInRequest(string? Email, Secret? Password);

/// <summary>A code of the second factor.</summary>
/// <param name="Code">Six digits, or a recovery code.</param>
internal sealed record CodeRequest(string? Code);

/// <summary>How far somebody came.</summary>
/// <param name="State"><c>signed_in</c>, or <c>code_wanted</c>: give the code to <c>/auth/code</c>.</param>
internal sealed record SignInAnswer(string State);

/// <summary>The records of the resource.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SignInRequest))]
[JsonSerializable(typeof(CodeRequest))]
[JsonSerializable(typeof(SignInAnswer))]
internal sealed partial class AuthJson : JsonSerializerContext;
