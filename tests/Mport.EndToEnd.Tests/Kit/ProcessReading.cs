using System.Globalization;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Kit;

/// <summary>What the kernel says about a process.</summary>
internal sealed record ProcessReading(long ResidentBytes, int Descriptors, int Sockets)
{
    private const int PageBytes = 4096;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

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

    /// <summary>Reads until it fits. The kernel tells nobody when a process closes a socket, so there is nothing else to wait for.</summary>
    public static async Task<ProcessReading> SettlesAsync(int process, Func<ProcessReading, bool> fits, string what)
    {
        var reading = Of(process);
        try
        {
            await SearchAsync().Limited(what);
            return reading;
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}; it is {reading}", late);
        }

        async Task SearchAsync()
        {
            while (!fits(reading))
            {
                await Task.Delay(Pause, TimeProvider.System);
                reading = Of(process);
            }
        }
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
