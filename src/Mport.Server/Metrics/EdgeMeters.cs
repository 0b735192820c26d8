using System.Diagnostics.Metrics;

namespace Mport.Server.Metrics;

/// <summary>
/// Makes the meters of one edge, one for each feature. There may be several edges in a process (tests run many): what one counts never shows in
/// another, because each edge listens to the meters of its own factory alone (<see cref="MetricsCollector"/>). Thread-safe.
/// </summary>
internal sealed class EdgeMeters : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Meter> _meters = [];

    /// <summary>A feature's meter, named <c>mport.FEATURE</c>; call it once from the constructor of the feature's metrics.</summary>
    public Meter Create(string feature)
    {
        var meter = new Meter(new MeterOptions("mport." + feature) { Scope = this });
        lock (_gate)
        {
            _meters.Add(meter);
        }

        return meter;
    }

    /// <summary>Ends all meters: nothing is counted any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _meters.ForEach(meter => meter.Dispose());
            _meters.Clear();
        }
    }
}
