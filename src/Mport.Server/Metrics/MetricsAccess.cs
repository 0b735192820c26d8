namespace Mport.Server.Metrics;

/// <summary>Who may read <c>/metrics</c> (SEC-114).</summary>
internal enum MetricsAccess
{
    /// <summary>Who asks from the edge's own machine, and not through a proxy there.</summary>
    Loopback,

    /// <summary>Everybody who reaches the HTTP port.</summary>
    Public,

    /// <summary>Nobody: the page does not exist.</summary>
    Off,
}
