using Mport.Server.Edge.Pages;
using Mport.Server.Metrics;

namespace Mport.Server.Edge.Http;

/// <summary>What the edge answers on its own domain, on localhost and on its addresses.</summary>
internal static class OwnEndpoints
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps them.</summary>
    public static void MapOwnEndpoints(this IEndpointRouteBuilder routes, IReadiness readiness, MetricsPage metrics)
    {
        routes.MapMethods("/", Reading, PageRenderer.WriteFrontAsync);
        routes.MapMethods("/healthz", Reading, static context => PageRenderer.WriteTextAsync(context, StatusCodes.Status200OK, "ok"));
        routes.MapMethods("/readyz", Reading, context => WriteReadinessAsync(context, readiness));
        routes.MapMethods("/metrics", Reading, metrics.WriteAsync);
    }

    private static async Task WriteReadinessAsync(HttpContext context, IReadiness readiness)
    {
        var obstacle = await readiness.FindObstacleAsync(context.RequestAborted);
        await (obstacle is null
            ? PageRenderer.WriteTextAsync(context, StatusCodes.Status200OK, "ready")
            : PageRenderer.WriteTextAsync(context, StatusCodes.Status503ServiceUnavailable, "not ready: " + obstacle));
    }
}
