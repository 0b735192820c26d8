using System.Globalization;

namespace Mport.EndToEnd.Tests.Kit;

/// <summary>What the kernel says about a process.</summary>
internal sealed record ProcessReading(long ResidentBytes, int Descriptors, int Sockets)
{
    private const int PageBytes = 4096;

    /// <summary>Reads <c>/proc</c>.</summary>
    public static ProcessReading Of(int process)
    {
        var statm = File.ReadAllText($"/proc/{process}/statm").Split(' ');
        var links = Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Select(TargetOf).ToList();
        return new ProcessReading(
            long.Parse(statm[1], CultureInfo.InvariantCulture) * PageBytes,
            links.Count,
            links.Count(link => link.StartsWith("socket:", StringComparison.Ordinal)));
    }

    // A descriptor that was closed while the folder was read has no target any more.
    private static string TargetOf(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
