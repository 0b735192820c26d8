using System.Globalization;

namespace Mport.Bench.Processes;

/// <summary>What Linux tells about a process.</summary>
/// <param name="PssKilobytes">Memory, shared pages divided among those who share them.</param>
/// <param name="RssKilobytes">Memory, shared pages counted in full.</param>
/// <param name="OwnKilobytes">Of the first, what belongs to no file: heaps, stacks, buffers. What is left are programs and libraries, whose share depends on who else runs.</param>
/// <param name="CodeKilobytes">Of the first, machine code that the runtime has made.</param>
/// <param name="CpuSeconds">CPU time since its start.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Sockets">Open sockets.</param>
/// <param name="Files">Open files, sockets included.</param>
internal sealed record ProcessLook(long PssKilobytes, long RssKilobytes, long OwnKilobytes, long CodeKilobytes, double CpuSeconds, int Threads, int Sockets, int Files)
{
    // USER_HZ: 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>A look at a process now.</summary>
    public static ProcessLook Of(int id)
    {
        var memory = File.ReadLines($"/proc/{id}/smaps_rollup").ToList();
        // Behind the name in parentheses: state is field 3, utime 14, stime 15, threads 20.
        var stat = File.ReadAllText($"/proc/{id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var links = new DirectoryInfo($"/proc/{id}/fd").GetFiles();
        return new ProcessLook(
            Kilobytes(memory, "Pss:"),
            Kilobytes(memory, "Rss:"),
            Kilobytes(memory, "Pss_Anon:"),
            // The runtime maps its code twice, for writing and for running, from a file in memory; nothing else of ours lies in one.
            Kilobytes(memory, "Pss_Shmem:"),
            (Number(fields[11]) + Number(fields[12])) / TicksPerSecond,
            (int)Number(fields[17]),
            links.Count(link => link.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true),
            links.Length);
    }

    private static long Kilobytes(List<string> lines, string name) =>
        Number(lines.Find(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim() ?? "0");

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
