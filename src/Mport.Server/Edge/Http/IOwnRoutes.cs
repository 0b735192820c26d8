namespace Mport.Server.Edge.Http;

/// <summary>Endpoints of a feature on the edge's own host, beside <see cref="OwnEndpoints"/>.</summary>
internal interface IOwnRoutes
{
    /// <summary>Maps them.</summary>
    void Map(IEndpointRouteBuilder routes);
}
