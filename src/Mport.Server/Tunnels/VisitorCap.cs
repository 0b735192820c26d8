using Mport.Server.Metrics;

namespace Mport.Server.Tunnels;

/// <summary>
/// How many visitors of TCP tunnels there may be at one time in the whole edge; one more is reset. It stays well below the process's limit of open
/// files: a .NET process that runs out of them does not recover (an assembly that could not be loaded once is never tried again). Thread-safe.
/// </summary>
/// <param name="max">Visitors at one time.</param>
internal sealed class VisitorCap(int max)
{
    // Three of five descriptors for visitors; the rest is for clients, HTTP, the database and the runtime itself.
    private const int Numerator = 3;
    private const int Denominator = 5;

    private int _count;

    /// <summary>Visitors now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>A cap that fits this process's limit of open files.</summary>
    public static VisitorCap OfProcess() => new((int)Math.Min(int.MaxValue, OpenFiles.Limit * Numerator / Denominator));

    /// <summary>Takes a place, or none.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= max)
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Leave() => Interlocked.Decrement(ref _count);
}
