using System.Diagnostics.Metrics;

namespace Mport.Server.Metrics;

/// <summary>What was measured by one instrument: a value for each combination of tags. Thread-safe.</summary>
internal sealed class MetricFamily
{
    /// <summary>Combinations of tags kept. Tags come from closed sets, so that a defect of ours reaches this, not a visitor.</summary>
    public const int MaxSeries = 100;

    private static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly KeyValuePair<string, object?>[] Overflow = [new("overflow", "true")];

    private readonly Lock _gate = new();
    private readonly List<MetricSeries> _series = [];
    private readonly bool _isObserved;

    /// <summary>The family of an instrument.</summary>
    public MetricFamily(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        _isObserved = instrument.IsObservable;
        Kind = type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
            : type == typeof(Histogram<>) ? MetricKind.Histogram
            : MetricKind.Gauge;
        Name = PrometheusNames.Of(instrument.Name, instrument.Unit, Kind);
        Help = instrument.Description ?? "";
        Bounds = Kind != MetricKind.Histogram ? [] : (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? DefaultBounds;
    }

    /// <summary>The name as Prometheus has it.</summary>
    public string Name { get; }

    /// <summary>What it tells.</summary>
    public string Help { get; }

    /// <summary>Its kind.</summary>
    public MetricKind Kind { get; }

    /// <summary>The upper bounds of a histogram's buckets, rising, without the infinite one.</summary>
    public IReadOnlyList<double> Bounds { get; }

    /// <summary>Takes a measurement in.</summary>
    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate)
        {
            var series = Find(tags);
            if (Kind == MetricKind.Histogram)
            {
                series.Observe(value, Bounds);
            }
            else if (_isObserved)
            {
                series.Set(value);
            }
            else
            {
                series.Add(value);
            }
        }
    }

    /// <summary>The values now.</summary>
    public IReadOnlyList<MetricSample> Read()
    {
        lock (_gate)
        {
            return [.. _series.Select(series => series.Read())];
        }
    }

    // A handful of series: a walk is quicker than a key that has to be made for each measurement.
    private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var known in _series)
        {
            if (known.Has(tags))
            {
                return known;
            }
        }

        if (_series.Count == MaxSeries)
        {
            return _series[^1];
        }

        var made = new MetricSeries(_series.Count == MaxSeries - 1 ? Overflow : tags.ToArray(), Bounds.Count);
        _series.Add(made);
        return made;
    }
}

/// <summary>The value of one combination of tags at one moment.</summary>
/// <param name="Tags">The tags.</param>
/// <param name="Value">The value; of a histogram the sum of all.</param>
/// <param name="Counts">Of a histogram, how many lay in each bucket, the infinite one last; else empty.</param>
internal sealed record MetricSample(IReadOnlyList<KeyValuePair<string, object?>> Tags, double Value, IReadOnlyList<long> Counts);
