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
    private const int LimitWhereUnknown = 10_000;

    private int _count;

    /// <summary>A cap that fits this process's limit of open files.</summary>
    public static VisitorCap OfProcess() => new((int)Math.Min(int.MaxValue, OpenFilesLimit() * Numerator / Denominator));

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

    // .NET raises the soft limit to the hard one when it starts; Linux tells both in this file, other systems have no such file.
    private static long OpenFilesLimit()
    {
        const string Limits = "/proc/self/limits";
        const string Name = "Max open files";
        if (!File.Exists(Limits))
        {
            return LimitWhereUnknown;
        }

        foreach (var line in File.ReadLines(Limits))
        {
            if (line.StartsWith(Name, StringComparison.Ordinal))
            {
                var soft = line[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
                return long.TryParse(soft, out var limit) ? limit : LimitWhereUnknown;
            }
        }

        return LimitWhereUnknown;
    }
}
