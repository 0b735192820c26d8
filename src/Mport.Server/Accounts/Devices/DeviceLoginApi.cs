using System.Data.Common;
using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Protocol.Rest;
using Mport.Server.Accounts.Links;
using Mport.Server.Accounts.Web;
using Mport.Server.Edge.Http;

namespace Mport.Server.Accounts.Devices;

/// <summary>What machines call to log in. Nobody is signed in here, and cookies are not looked at.</summary>
internal sealed class DeviceLoginApi(DeviceDesk desk, AccountLinks links, ILogger<DeviceLoginApi> logger) : IOwnRoutes
{
    private const int MaxBody = 4 * 1024;

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(DeviceLogin.BeginPath, (RequestDelegate)BeginAsync);
        routes.MapPost(DeviceLogin.TokenPath, (RequestDelegate)PollAsync);
    }

    private Task BeginAsync(HttpContext context) => AnswerAsync(context, DeviceLoginJson.Default.DeviceLoginRequest, async request =>
    {
        var (begun, refusal) = await desk.BeginAsync(request.Machine, WebVisitor.Of(context), context.RequestAborted);
        if (begun is null)
        {
            await RefuseAsync(context, refusal ?? Failure.Of(AccountErrors.SignInBusy));
            return;
        }

        var shown = UserCode.Show(begun.Code);
        await WriteAsync(context, StatusCodes.Status200OK, MediaTypeNames.Application.Json, DeviceLoginJson.Default.DeviceLoginCodes, new DeviceLoginCodes
        {
            DeviceCode = begun.Device,
            UserCode = shown,
            VerificationUri = links.Device,
            VerificationUriComplete = links.DeviceWith(shown),
            ExpiresIn = (int)DeviceLoginStore.Lifetime.TotalSeconds,
            Interval = DeviceLoginStore.FirstInterval,
        });
    });

    private Task PollAsync(HttpContext context) => AnswerAsync(context, DeviceLoginJson.Default.DeviceTokenRequest, async request =>
    {
        var (token, refusal) = OneTimeSecret.Read(request.DeviceCode) is { } device
            ? await desk.PollAsync(device, context.RequestAborted)
            : (null, Failure.Of(AccountErrors.DeviceCodeInvalid));
        await (token is null
            ? RefuseAsync(context, refusal ?? Failure.Of(AccountErrors.DeviceCodeInvalid))
            : WriteAsync(context, StatusCodes.Status200OK, MediaTypeNames.Application.Json, DeviceLoginJson.Default.DeviceTokenAnswer, new DeviceTokenAnswer(token.Token, token.Account)));
    });

    private async Task AnswerAsync<TRequest>(HttpContext context, JsonTypeInfo<TRequest> type, Func<TRequest, Task> answer)
        where TRequest : class
    {
        if (!WebCookies.IsPrivate(context))
        {
            await RefuseAsync(context, Failure.Of(AccountErrors.SignInUnsafe));
            return;
        }

        try
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            {
                limit.MaxRequestBodySize = MaxBody;
            }

            if (await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted) is { } request)
            {
                await answer(request);
                return;
            }
        }
        catch (Exception unreadable) when (unreadable is JsonException or BadHttpRequestException)
        {
            // The same as none.
        }
        catch (Exception failed) when (failed is DbException or DbUpdateException)
        {
            logger.DatabaseFailed((failed.InnerException ?? failed).Message);
            await RefuseAsync(context, Failure.Of(ProtocolErrors.EdgeUnavailable, retry: true));
            return;
        }

        await RefuseAsync(context, Failure.Of(AccountErrors.AccountFieldInvalid, "The body is not the JSON object that this takes."));
    }

    private static Task RefuseAsync(HttpContext context, Failure failure)
    {
        var seconds = failure.RetryAfter is { } wait ? (int)Math.Ceiling(wait.TotalSeconds) : (int?)null;
        if (seconds is { } known)
        {
            context.Response.Headers.RetryAfter = known.ToString(CultureInfo.InvariantCulture);
        }

        context.Response.Headers["Mport-Error"] = failure.Code.ToString();
        var problem = new RestProblem { Code = failure.Code.ToString(), Detail = failure.Text, RetryAfter = seconds };
        return WriteAsync(context, StatusOf(failure.Code), MediaTypeNames.Application.ProblemJson, DeviceLoginJson.Default.RestProblem, problem);
    }

    private static int StatusOf(ErrorCode code) =>
        code == AccountErrors.SignInTooOften.Code || code == AccountErrors.DeviceTooFast.Code ? StatusCodes.Status429TooManyRequests
        : code == AccountErrors.SignInBusy.Code || code == ProtocolErrors.EdgeUnavailable.Code ? StatusCodes.Status503ServiceUnavailable
        : code == AccountErrors.DeviceRefused.Code || code == AccountErrors.SignInUnsafe.Code ? StatusCodes.Status403Forbidden
        : StatusCodes.Status400BadRequest;

    private static async Task WriteAsync<T>(HttpContext context, int status, string media, JsonTypeInfo<T> type, T value)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = media;
        response.ContentLength = bytes.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        await response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
