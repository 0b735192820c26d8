using System.Diagnostics.Metrics;
using Mport.Server.Metrics;

namespace Mport.Server.Tests.Metrics;

public sealed class PrometheusTextTests : IDisposable
{
    private readonly EdgeMeters _meters = new();
    private readonly MetricsCollector _collector;

    public PrometheusTextTests() => _collector = new MetricsCollector(_meters);

    public void Dispose()
    {
        _collector.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public void Counter_AddsUp_ByTag()
    {
        var counter = _meters.Create("test").CreateCounter<long>("mport.test.things", unit: null, "Things.");

        counter.Add(2, new KeyValuePair<string, object?>("kind", "a"));
        counter.Add(3, new KeyValuePair<string, object?>("kind", "b"));
        counter.Add(5, new KeyValuePair<string, object?>("kind", "a"));

        Assert.Equal(
            """
            # HELP mport_test_things_total Things.
            # TYPE mport_test_things_total counter
            mport_test_things_total{kind="a"} 7
            mport_test_things_total{kind="b"} 3

            """,
            _collector.ToPrometheusText(),
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void ObservedGauge_TellsTheValueOfTheMoment()
    {
        var value = 1L;
        _meters.Create("test").CreateObservableGauge("mport.test.size", () => value, "By", "Size.");
        Assert.Contains("mport_test_size_bytes 1\n", _collector.ToPrometheusText(), StringComparison.Ordinal);

        value = 9;

        Assert.Contains("mport_test_size_bytes 9\n", _collector.ToPrometheusText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Histogram_CountsUpToEachBound()
    {
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2] };
        var histogram = _meters.Create("test").CreateHistogram("mport.test.time", "s", "Time.", tags: null, advice);

        histogram.Record(1);
        histogram.Record(1.5);
        histogram.Record(7);

        Assert.EndsWith(
            """
            mport_test_time_seconds_bucket{le="1"} 1
            mport_test_time_seconds_bucket{le="2"} 2
            mport_test_time_seconds_bucket{le="+Inf"} 3
            mport_test_time_seconds_sum 9.5
            mport_test_time_seconds_count 3

            """.ReplaceLineEndings("\n"),
            _collector.ToPrometheusText(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void TagsAndHelp_AreEscaped()
    {
        _meters.Create("test").CreateCounter<long>("mport.test.odd", unit: null, "a\\b\nc").Add(1, new KeyValuePair<string, object?>("kind", "\"x\"\n\\"));

        var text = _collector.ToPrometheusText();

        Assert.Contains("# HELP mport_test_odd_total a\\\\b\\nc\n", text, StringComparison.Ordinal);
        Assert.Contains("mport_test_odd_total{kind=\"\\\"x\\\"\\n\\\\\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void TagsWithoutEnd_EndInOneSeries()
    {
        var counter = _meters.Create("test").CreateCounter<long>("mport.test.many");
        for (var i = 0; i < MetricFamily.MaxSeries + 50; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("n", i));
        }

        var text = _collector.ToPrometheusText();

        Assert.Equal(MetricFamily.MaxSeries, text.Split('\n').Count(line => line.StartsWith("mport_test_many_total{", StringComparison.Ordinal)));
        Assert.Contains("mport_test_many_total{overflow=\"true\"} 51\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void TwoEdgesInOneProcess_CountApart()
    {
        using var others = new EdgeMeters();
        using var other = new MetricsCollector(others);
        _meters.Create("test").CreateCounter<long>("mport.test.things").Add(1);
        others.Create("test").CreateCounter<long>("mport.test.things").Add(4);

        Assert.Contains("mport_test_things_total 1\n", _collector.ToPrometheusText(), StringComparison.Ordinal);
        Assert.Contains("mport_test_things_total 4\n", other.ToPrometheusText(), StringComparison.Ordinal);
    }
}
