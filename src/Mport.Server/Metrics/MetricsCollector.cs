using System.Diagnostics.Metrics;

namespace Mport.Server.Metrics;

/// <summary>Listens to the meters of one edge and keeps what they measure. Make it before the meters: what was counted earlier is not there. Thread-safe.</summary>
internal sealed class MetricsCollector : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<MetricFamily> _families = [];
    private readonly MeterListener _listener = new();

    /// <summary>Begins to listen.</summary>
    public MetricsCollector(EdgeMeters meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument, Add(new MetricFamily(instrument)));
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => (family as MetricFamily)?.Measure(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => (family as MetricFamily)?.Measure(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => (family as MetricFamily)?.Measure(value, tags));
        _listener.Start();
    }

    /// <summary>All values now, as Prometheus reads them.</summary>
    public string ToPrometheusText()
    {
        _listener.RecordObservableInstruments();
        lock (_gate)
        {
            return PrometheusText.Write(_families);
        }
    }

    /// <summary>Listens no more.</summary>
    public void Dispose() => _listener.Dispose();

    private MetricFamily Add(MetricFamily family)
    {
        lock (_gate)
        {
            _families.Add(family);
        }

        return family;
    }
}
