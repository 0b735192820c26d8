namespace Mport.Server.Hosting;

/// <summary>
/// Gives memory back to the system when a burst of traffic is over. By itself the runtime keeps for the next burst what the last one took, and without allocations
/// there is no collection that would find it: 70 to 100 MiB after a few fast downloads, which the other programs of a small server could use.
/// </summary>
/// <param name="allocated">All bytes ever allocated.</param>
/// <param name="collect">Collects, compacts and gives back. Stops the process for as long as it takes: some 10 ms, with 10,000 visitors some 100 ms.</param>
/// <param name="time">The clock.</param>
internal sealed class IdleMemory(Func<long> allocated, Action collect, TimeProvider time)
{
    /// <summary>How long a time is looked at.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>An edge that allocates less in that time is idle: heartbeats of a thousand clients take a tenth of it.</summary>
    public const long IdleBytes = 4 * 1024 * 1024;

    /// <summary>Since the last time as much must have been allocated, or there is not enough to be had.</summary>
    public const long BurstBytes = 64 * 1024 * 1024;

    // Buffers that lie in a pool are given up when nobody has rented them between two collections a minute apart.
    private const int Collections = 5;

    private long _seen = allocated();
    private long _collected = allocated();
    private int _left;

    /// <summary>The rule for this process.</summary>
    public static IdleMemory OfProcess(TimeProvider time) => new(
        static () => GC.GetTotalAllocatedBytes(),
        static () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true),
        time);

    /// <summary>Looks again and again until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            await Task.Delay(Interval, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
            {
                return;
            }

            Look();
        }
    }

    /// <summary>Looks at what was allocated since the last look.</summary>
    internal void Look()
    {
        var now = allocated();
        var isIdle = now - _seen < IdleBytes;
        _seen = now;
        if (!isIdle)
        {
            return;
        }

        if (now - _collected >= BurstBytes)
        {
            _left = Collections;
        }

        if (_left > 0)
        {
            _left--;
            collect();
            _seen = _collected = allocated();
        }
    }
}
