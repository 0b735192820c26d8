using System.Diagnostics.Metrics;
using Mport.Server.Metrics;

namespace Mport.Server.Edge.Proxies;

/// <summary>What is counted about proxies in front of the edge.</summary>
internal sealed class ProxiesMetrics
{
    private readonly Counter<long> _headers;

    /// <summary>Makes the instruments.</summary>
    public ProxiesMetrics(EdgeMeters meters) =>
        _headers = meters.Create("proxies").CreateCounter<long>(
            "mport.proxies.headers", unit: null, "Connections from the networks of --proxy-protocol-from, by what their PROXY header was.");

    /// <summary>A connection that had to begin with a header.</summary>
    /// <param name="result">One of <c>valid</c>, <c>invalid</c>, <c>late</c>.</param>
    public void Header(string result) => _headers.Add(1, new KeyValuePair<string, object?>("result", result));
}
