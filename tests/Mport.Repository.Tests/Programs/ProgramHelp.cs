using System.Diagnostics;

namespace Mport.Repository.Tests.Programs;

/// <summary>What a published program says about its own options.</summary>
internal static class ProgramHelp
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The output of <c>PROGRAM ARGUMENTS --help</c>.</summary>
    public static async Task<string> ReadAsync(string program, string arguments)
    {
        var folder = Environment.GetEnvironmentVariable("MPORT_OUT") is { Length: > 0 } given ? given : Path.Combine(SourceTree.Root, "out");
        var start = new ProcessStartInfo(Path.Combine(folder, program), $"{arguments} --help") { UseShellExecute = false, RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        try
        {
            using var limit = new CancellationTokenSource(Limit);
            var text = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, $"{program} {arguments} --help ended with status {process.ExitCode}");
            return text;
        }
        catch (OperationCanceledException late)
        {
            process.Kill();
            throw new TimeoutException($"{program} {arguments} --help did not end within {Limit.TotalSeconds:0} s", late);
        }
    }
}
