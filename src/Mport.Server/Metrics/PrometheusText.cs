using System.Globalization;
using System.Text;

namespace Mport.Server.Metrics;

/// <summary>Writes metrics in Prometheus' text exposition format 0.0.4. Pure.</summary>
internal static class PrometheusText
{
    /// <summary>The media type of the format.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The text of all families, sorted by name, so that two readings can be compared by eye.</summary>
    public static string Write(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder(16 * 1024);
        foreach (var family in families.OrderBy(family => family.Name, StringComparer.Ordinal))
        {
            text.Append("# HELP ").Append(family.Name).Append(' ').Append(family.Help.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)).Append('\n');
            text.Append("# TYPE ").Append(family.Name).Append(' ').Append(KindText(family.Kind)).Append('\n');
            foreach (var sample in family.Read())
            {
                if (family.Kind == MetricKind.Histogram)
                {
                    WriteHistogram(text, family, sample);
                }
                else
                {
                    WriteLine(text, family.Name, sample.Tags, bound: null, sample.Value);
                }
            }
        }

        return text.ToString();
    }

    private static void WriteHistogram(StringBuilder text, MetricFamily family, MetricSample sample)
    {
        var below = 0L;
        for (var i = 0; i < sample.Counts.Count; i++)
        {
            below += sample.Counts[i];
            WriteLine(text, family.Name + "_bucket", sample.Tags, i < family.Bounds.Count ? Number(family.Bounds[i]) : "+Inf", below);
        }

        WriteLine(text, family.Name + "_sum", sample.Tags, bound: null, sample.Value);
        WriteLine(text, family.Name + "_count", sample.Tags, bound: null, below);
    }

    private static void WriteLine(StringBuilder text, string name, IReadOnlyList<KeyValuePair<string, object?>> tags, string? bound, double value)
    {
        text.Append(name);
        var separator = '{';
        foreach (var (key, tag) in tags)
        {
            WriteLabel(text, separator, key, tag?.ToString() ?? "");
            separator = ',';
        }

        if (bound is not null)
        {
            WriteLabel(text, separator, "le", bound);
            separator = ',';
        }

        text.Append(separator == ',' ? "} " : " ").Append(Number(value)).Append('\n');
    }

    private static void WriteLabel(StringBuilder text, char separator, string key, string value)
    {
        text.Append(separator).Append(key).Append("=\"");
        text.Append(value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)).Append('"');
    }

    private static string KindText(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Gauge => "gauge",
        MetricKind.Histogram => "histogram",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString(CultureInfo.InvariantCulture);
}
