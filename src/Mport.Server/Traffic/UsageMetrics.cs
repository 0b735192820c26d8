using System.Diagnostics.Metrics;
using Mport.Server.Metrics;

namespace Mport.Server.Traffic;

/// <summary>What is counted about the counting.</summary>
internal sealed class UsageMetrics
{
    private readonly Counter<long> _written;
    private readonly Counter<long> _failures;

    /// <summary>Makes the instruments.</summary>
    public UsageMetrics(EdgeMeters meters, UsageLedger ledger)
    {
        var meter = meters.Create("usage");
        _written = meter.CreateCounter<long>("mport.usage.batches_written", unit: null, "Batches of usage written to the database.");
        _failures = meter.CreateCounter<long>("mport.usage.write_failures", unit: null, "Attempts to write usage that failed.");
        meter.CreateObservableGauge("mport.usage.waiting", () => ledger.Waiting, unit: null, "Minutes of usage that wait to be written.");
    }

    /// <summary>A batch was written.</summary>
    public void Written() => _written.Add(1);

    /// <summary>Writing failed.</summary>
    public void Failed() => _failures.Add(1);
}
