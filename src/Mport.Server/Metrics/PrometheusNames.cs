namespace Mport.Server.Metrics;

/// <summary>Prometheus' names for our instruments: <c>mport.tunnels.bytes</c> in bytes, a counter, is <c>mport_tunnels_bytes_total</c>.</summary>
internal static class PrometheusNames
{
    /// <summary>The name of an instrument.</summary>
    public static string Of(string instrument, string? unit, MetricKind kind)
    {
        var name = instrument.Replace('.', '_').Replace('-', '_');
        var suffix = unit switch
        {
            null or "" => "",
            "By" => "_bytes",
            "s" => "_seconds",
            _ => "_" + unit,
        };
        name = name.EndsWith(suffix, StringComparison.Ordinal) ? name : name + suffix;
        return kind == MetricKind.Counter ? name + "_total" : name;
    }
}
