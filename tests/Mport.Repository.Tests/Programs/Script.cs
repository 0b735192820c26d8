using System.Diagnostics;

namespace Mport.Repository.Tests.Programs;

/// <summary>One run of a program or of one of the checkout's scripts.</summary>
internal sealed record Script(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs it to its end, or fails when the limit is over.</summary>
    public static async Task<Script> RunAsync(string folder, TimeSpan limit, string file, params string[] arguments)
    {
        var what = $"{file} {string.Join(' ', arguments)}";
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A script builds and uses the programs of its own checkout, and in the way of a user, not of a build machine.
        start.Environment.Remove("MPORT_OUT");
        start.Environment.Remove("CI");
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{what} did not start");
        process.StandardInput.Close();
        using var late = new CancellationTokenSource(limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(late.Token);
            var errors = process.StandardError.ReadToEndAsync(late.Token);
            await process.WaitForExitAsync(late.Token);
            return new Script(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{what} did not end within {limit.TotalSeconds:0} s", e);
        }
    }
}
