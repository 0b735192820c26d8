namespace Mport.Server.Metrics;

/// <summary>How many files, sockets included, this process may have open. .NET raises the soft limit to the hard one when it starts.</summary>
internal static class OpenFiles
{
    private const int LimitWhereUnknown = 10_000;

    /// <summary>The limit; 10,000 where the system does not tell.</summary>
    public static long Limit { get; } = Read();

    private static long Read()
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
