using Mport.Protocol.Carriers;
using Mport.Server.Metrics;

namespace Mport.Server.Limits;

/// <summary>What is counted about the memory for buffers; what other limits refuse is counted where they refuse it.</summary>
internal sealed class LimitsMetrics
{
    /// <summary>Makes the instruments.</summary>
    public LimitsMetrics(EdgeMeters meters, MemoryBudget memory)
    {
        var meter = meters.Create("limits");
        meter.CreateObservableGauge("mport.limits.memory_used", () => memory.Used, "By", "Memory that buffers of all streams hold or have promised.");
        meter.CreateObservableGauge("mport.limits.memory_budget", () => memory.Limit, "By", "Memory that buffers of all streams may take.");
        meter.CreateObservableCounter("mport.limits.memory_refusals", () => memory.Refusals, unit: null, "Buffers that found no room in the budget of the process; each ended its stream.");
    }
}
