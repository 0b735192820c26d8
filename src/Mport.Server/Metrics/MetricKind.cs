namespace Mport.Server.Metrics;

/// <summary>The kinds of metric that Prometheus knows.</summary>
internal enum MetricKind
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>How often a value lay under each of some bounds.</summary>
    Histogram,
}
