using System.Net;

namespace Mport.Server.Edge.Http;

/// <summary>What trusted proxies in front say about a request: a feature of requests that came through one.</summary>
internal sealed record ForwardedVisitor
{
    /// <summary>Whom the request is from, then each proxy on its way; the last is the one that is connected to the edge.</summary>
    public required IReadOnlyList<IPAddress> Chain { get; init; }

    /// <summary>The scheme that the visitor used; null where no proxy said.</summary>
    public string? Scheme { get; init; }

    /// <summary>The host that the visitor asked for; null where no proxy said.</summary>
    public string? Host { get; init; }

    /// <summary>Whom the request is from.</summary>
    public IPAddress Visitor => Chain[0];
}
