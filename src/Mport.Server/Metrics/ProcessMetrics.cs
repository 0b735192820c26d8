using System.Diagnostics.Metrics;

namespace Mport.Server.Metrics;

/// <summary>What the edge's process uses of its machine. Read when somebody asks, free otherwise.</summary>
internal sealed class ProcessMetrics
{
    private const string DescriptorFolder = "/proc/self/fd";

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">The edge's meters.</param>
    /// <param name="time">The clock, for the time since the start.</param>
    public ProcessMetrics(EdgeMeters meters, TimeProvider time)
    {
        var meter = meters.Create("process");
        var began = time.GetTimestamp();
        meter.CreateObservableGauge("mport.process.memory", () => Environment.WorkingSet, "By", "Memory of the process that is in RAM.");
        meter.CreateObservableGauge("mport.process.managed_memory", () => GC.GetTotalMemory(forceFullCollection: false), "By", "Memory that managed objects take, garbage included.");
        meter.CreateObservableGauge("mport.process.memory_limit", () => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, "By", "Memory that the process may use: the machine's, or its container's limit.");
        meter.CreateObservableCounter("mport.process.allocated", () => GC.GetTotalAllocatedBytes(), "By", "Memory allocated since the start.");
        meter.CreateObservableCounter("mport.process.collections", Collections, unit: null, "Garbage collections by generation.");
        meter.CreateObservableCounter("mport.process.gc_pause", () => GC.GetTotalPauseDuration().TotalSeconds, "s", "Time for which garbage collections stopped the process.");
        meter.CreateObservableCounter("mport.process.cpu", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Processor time used.");
        meter.CreateObservableGauge("mport.process.threads", () => ThreadPool.ThreadCount, unit: null, "Threads of the pool.");
        meter.CreateObservableGauge("mport.process.queued_work", () => ThreadPool.PendingWorkItemCount, unit: null, "Work that waits for a thread of the pool.");
        meter.CreateObservableGauge("mport.process.open_files", CountDescriptors, unit: null, "Open file descriptors, sockets included; 0 where the system does not tell.");
        meter.CreateObservableGauge("mport.process.open_files_limit", () => OpenFiles.Limit, unit: null, "File descriptors that may be open.");
        meter.CreateObservableGauge("mport.process.uptime", () => time.GetElapsedTime(began).TotalSeconds, "s", "Time since the edge started.");
    }

    private static IEnumerable<Measurement<long>> Collections() =>
        Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation => new Measurement<long>(GC.CollectionCount(generation), new KeyValuePair<string, object?>("generation", generation)));

    private static long CountDescriptors()
    {
        try
        {
            return Directory.Exists(DescriptorFolder) ? Directory.EnumerateFileSystemEntries(DescriptorFolder).LongCount() : 0;
        }
        catch (IOException)
        {
            // None left to list them with.
            return OpenFiles.Limit;
        }
    }
}
