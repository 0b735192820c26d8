using Mport.Server.Api;
using Mport.Server.Certificates;
using Mport.Server.Edge.Http;
using Mport.Server.Edge.Listeners;
using Mport.Server.Edge.Proxies;
using Mport.Server.Limits;
using Mport.Server.Metrics;
using Mport.Server.Policy;
using Mport.Server.Tunnels;

namespace Mport.Server.Edge;

/// <summary>What <see cref="EdgeWeb"/> works with; all of it lives longer.</summary>
internal sealed record EdgeWebParts
{
    /// <summary>Which tunnel answers for which subdomain.</summary>
    public required HostTable Hosts { get; init; }

    /// <summary>Takes over carriers.</summary>
    public required ICarrierAcceptor Carriers { get; init; }

    /// <summary>Takes over the TLS that is passed through.</summary>
    public required IPassthroughAcceptor Passthrough { get; init; }

    /// <summary>The certificates of authorities.</summary>
    public required EdgeCertificates Certificates { get; init; }

    /// <summary>Finds out who a connection is from.</summary>
    public required ProxyHeaderGate ProxyHeaders { get; init; }

    /// <summary>For <c>/readyz</c>.</summary>
    public required IReadiness Readiness { get; init; }

    /// <summary>What features serve on the edge's own host.</summary>
    public IReadOnlyList<IOwnRoutes> OwnRoutes { get; init; } = [];

    /// <summary>Decides which requests come in.</summary>
    public required VisitorGate Visitors { get; init; }

    /// <summary>What the secrets of tunnels' rules are compared with.</summary>
    public required PolicySecrets PolicySecrets { get; init; }

    /// <summary>For <c>/metrics</c>.</summary>
    public required MetricsPage Metrics { get; init; }

    /// <summary>The REST API on the edge's own host; null for none.</summary>
    public ApiParts? Api { get; init; }

    /// <summary>The edge's meters.</summary>
    public required EdgeMeters Meters { get; init; }

    /// <summary>The host's logs.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }
}
