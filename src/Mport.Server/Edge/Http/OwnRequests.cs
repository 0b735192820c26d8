using Mport.Server.Api;
using Mport.Server.Edge.Pages;

namespace Mport.Server.Edge.Http;

/// <summary>Requests for the edge's own host, after routing: the API's go through its gate, and what is nowhere gets a page that says so.</summary>
internal sealed class OwnRequests(IServiceProvider services)
{
    private readonly ApiRequests? _api = services.GetService<ApiRequests>();

    /// <summary>Serves a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="endpoint">Runs its endpoint.</param>
    public Task HandleAsync(HttpContext context, RequestDelegate endpoint)
    {
        if (_api is not null && ApiRequests.IsApi(context.Request.Path))
        {
            return _api.HandleAsync(context, endpoint);
        }

        // A path that is known by other methods has an endpoint of the framework's own, with an answer that says nothing.
        return context.GetEndpoint() is RouteEndpoint ? endpoint(context) : PageRenderer.WriteAsync(context, VisitorPage.UnknownPath);
    }
}
