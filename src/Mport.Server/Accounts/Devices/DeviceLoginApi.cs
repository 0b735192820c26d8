using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Mport.Protocol.Errors;
using Mport.Protocol.Rest;
using Mport.Server.Accounts.Links;
using Mport.Server.Accounts.Web;
using Mport.Server.Api;

namespace Mport.Server.Accounts.Devices;

/// <summary><c>/api/v1/auth/device</c>: what machines call to log in. Nobody is signed in here, and cookies are not looked at.</summary>
internal static class DeviceLoginApi
{
    private const string Tag = "auth";

    /// <summary>Maps the resource.</summary>
    public static void MapDeviceLogin(this IEndpointRouteBuilder api)
    {
        api.MapPost("/auth/device", BeginAsync).NeedsNobody().Takes<DeviceLoginRequest>()
            .WithName("beginDeviceLogin").WithTags(Tag).WithSummary("Begin the login of a machine, which a person approves in a browser");
        api.MapPost("/auth/device/token", PollAsync).NeedsNobody().Takes<DeviceTokenRequest>().Refuses(StatusCodes.Status403Forbidden)
            .WithName("pollDeviceLogin").WithTags(Tag).WithSummary("Ask for the token of a machine whose login was begun");
    }

    private static async Task<Results<Ok<DeviceLoginCodes>, ApiProblem>> BeginAsync(
        Body<DeviceLoginRequest> body, HttpContext context, DeviceDesk desk, AccountLinks links, CancellationToken cancellationToken)
    {
        if (!WebCookies.IsPrivate(context))
        {
            return Refuse(Failure.Of(AccountErrors.SignInUnsafe));
        }

        var (begun, refusal) = await desk.BeginAsync(body.Value.Machine, WebVisitor.Of(context), cancellationToken);
        if (begun is null)
        {
            return Refuse(refusal);
        }

        var shown = UserCode.Show(begun.Code);
        return TypedResults.Ok(new DeviceLoginCodes
        {
            DeviceCode = begun.Device,
            UserCode = shown,
            VerificationUri = links.Device,
            VerificationUriComplete = links.DeviceWith(shown),
            ExpiresIn = (int)DeviceLoginStore.Lifetime.TotalSeconds,
            Interval = DeviceLoginStore.FirstInterval,
        });
    }

    private static async Task<Results<Ok<DeviceTokenAnswer>, ApiProblem>> PollAsync(
        Body<DeviceTokenRequest> body, HttpContext context, DeviceDesk desk, CancellationToken cancellationToken)
    {
        if (!WebCookies.IsPrivate(context))
        {
            return Refuse(Failure.Of(AccountErrors.SignInUnsafe));
        }

        var (token, refusal) = OneTimeSecret.Read(body.Value.DeviceCode) is { } device
            ? await desk.PollAsync(device, cancellationToken)
            : (null, Failure.Of(AccountErrors.DeviceCodeInvalid));
        return token is null ? Refuse(refusal) : TypedResults.Ok(new DeviceTokenAnswer(token.Token, token.Account));
    }

    private static ApiProblem Refuse(Failure? refusal) => AuthStatus.Problem(refusal ?? throw new UnreachableException());
}
