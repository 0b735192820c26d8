using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;

namespace Mport.Server.Api;

/// <summary>Where every API request comes in and its answer goes out: each failure is a problem, and nothing of our inside shows in one (SEC-112).</summary>
internal sealed class ApiRequests(ApiGate gate, ApiIdempotency idempotency, ApiMetrics metrics, TimeProvider time, ILogger<ApiRequests> logger)
{
    private const int SqliteFull = 13;

    /// <summary>Whether a path is the API's.</summary>
    public static bool IsApi(PathString path) => path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    /// <summary>Serves a request.</summary>
    /// <param name="context">The request; its endpoint was looked up.</param>
    /// <param name="endpoint">Runs it.</param>
    public async Task HandleAsync(HttpContext context, RequestDelegate endpoint)
    {
        var began = time.GetTimestamp();
        var trace = ApiTrace.Of(context.Request);
        context.Features.Set(trace);
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        try
        {
            if (await gate.CheckAsync(context) is { } problem)
            {
                await problem.ExecuteAsync(context);
            }
            else
            {
                await idempotency.RunAsync(context, endpoint);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer any more.
        }
        catch (Exception error)
        {
            await FailAsync(context, error, trace);
        }

        metrics.Answered(context.Response.StatusCode, time.GetElapsedTime(began));
        Log(context, trace);
    }

    private static string RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no such path)";

    private static string CallerOf(HttpContext context) => context.Features.Get<ApiCaller>()?.CredentialId ?? "nobody";

    private async Task FailAsync(HttpContext context, Exception error, ApiTrace trace)
    {
        var problem = error switch
        {
            BadHttpRequestException bad => ApiProblem.Of(bad.StatusCode, ApiErrors.RequestInvalid),
            DbException or DbUpdateException when IsFull(error) => ApiProblem.Of(StatusCodes.Status507InsufficientStorage, ApiErrors.StorageFull),
            DbException or DbUpdateException or TimeoutException =>
                ApiProblem.Of(StatusCodes.Status503ServiceUnavailable, ProtocolErrors.EdgeUnavailable) with { RetryAfter = TimeSpan.FromSeconds(1) },
            _ => ApiProblem.Of(StatusCodes.Status500InternalServerError, ApiErrors.UnexpectedFault),
        };
        if (problem.Status == StatusCodes.Status500InternalServerError)
        {
            logger.Faulted(context.Request.Method, RouteOf(context), CallerOf(context), trace.Id, error);
        }
        else if (problem.Status > StatusCodes.Status500InternalServerError)
        {
            logger.DatabaseFailed(context.Request.Method, RouteOf(context), CallerOf(context), trace.Id, error.InnerException?.Message ?? error.Message);
        }

        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        await problem.ExecuteAsync(context);
    }

    // The database's own words for it: SQLITE_FULL, and PostgreSQL's class 53 (disk_full).
    private static bool IsFull(Exception error) => (error as DbException ?? error.InnerException as DbException) switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode == SqliteFull,
        { SqlState: "53100" } => true,
        _ => false,
    };

    private void Log(HttpContext context, ApiTrace trace)
    {
        var request = context.Request;
        if (trace.Code is { } code)
        {
            logger.Refused(request.Method, RouteOf(context), CallerOf(context), context.Response.StatusCode, code, trace.Id);
        }
        else
        {
            logger.Answered(request.Method, RouteOf(context), CallerOf(context), context.Response.StatusCode, trace.Id);
        }
    }
}
