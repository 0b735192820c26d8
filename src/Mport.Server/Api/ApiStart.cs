namespace Mport.Server.Api;

/// <summary>What is looked at before the API serves its first request.</summary>
internal static class ApiStart
{
    /// <summary>Default deny: an endpoint that does not say whom it is for must not be served.</summary>
    /// <exception cref="InvalidOperationException">There is one.</exception>
    public static void RequireNeeds(IEnumerable<EndpointDataSource> sources)
    {
        foreach (var endpoint in sources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>())
        {
            var path = new PathString("/" + endpoint.RoutePattern.RawText?.TrimStart('/'));
            if (ApiRequests.IsApi(path) && endpoint.Metadata.GetMetadata<ApiNeeds>() is null)
            {
                throw new InvalidOperationException($"{endpoint.DisplayName} does not say whom it is for: state it with Needs, NeedsAdmin, NeedsCaller or NeedsNobody.");
            }
        }
    }
}
