namespace Mport.EndToEnd.Tests.Kit;

/// <summary>One run of a program, to its end.</summary>
internal sealed record Ran(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a program, or fails when it does not end in time.</summary>
    public static async Task<Ran> ToEndAsync(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null, TimeSpan? limit = null)
    {
        var all = arguments.ToList();
        await using var process = ProgramProcess.Start(file, all, environment, folder);
        var exit = await process.ExitAsync($"{Path.GetFileName(file)} {string.Join(' ', all)} to end", limit);
        return new Ran(exit, string.Join('\n', process.Output.Lines), string.Join('\n', process.Errors.Lines));
    }

    /// <summary>The output of a run that must have ended with status 0.</summary>
    public string Succeeded()
    {
        Assert.True(ExitCode == 0, $"It ended with status {ExitCode}: {Errors}\n{Output}");
        return Output;
    }
}
