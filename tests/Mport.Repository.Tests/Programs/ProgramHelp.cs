namespace Mport.Repository.Tests.Programs;

/// <summary>What a published program says about its own options.</summary>
internal static class ProgramHelp
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The output of <c>PROGRAM ARGUMENTS --help</c>.</summary>
    public static async Task<string> ReadAsync(string program, string arguments)
    {
        var folder = Environment.GetEnvironmentVariable("MPORT_OUT") is { Length: > 0 } given ? given : Path.Combine(SourceTree.Root, "out");
        var run = await Script.RunAsync(SourceTree.Root, Limit, Path.Combine(folder, program), [.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.True(run.ExitCode == 0, $"{program} {arguments} --help ended with status {run.ExitCode}: {run.Errors}");
        return run.Output;
    }
}
