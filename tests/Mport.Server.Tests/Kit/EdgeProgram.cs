using Mport.Server.Hosting.Commands;
using Mport.Testing;

namespace Mport.Server.Tests.Kit;

/// <summary>Runs <c>mportd</c> in this process on a folder of the test's own, and keeps what it wrote.</summary>
internal sealed class EdgeProgram : IDisposable
{
    private readonly TempFolder _folder = new();

    public EdgeProgram() => Directory.CreateDirectory(_folder.Path);

    public TempFolder Folder => _folder;

    public string DataFolder => _folder.File("data");

    public ManualTimeProvider Time { get; } = new();

    public Dictionary<string, string> Variables { get; } = [];

    public void Dispose() => _folder.Dispose();

    /// <summary>Runs a command; <c>--data</c> is added.</summary>
    public Task<ProgramRun> RunAsync(params string[] args) => RunWithInputAsync("", args);

    /// <summary>Runs a command with this standard input; <c>--data</c> is added.</summary>
    public async Task<ProgramRun> RunWithInputAsync(string input, params string[] args)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var environment = Environment(output, error) with { Input = new StringReader(input) };
        var code = await EdgeCommands.RunAsync([.. args, "--data", DataFolder], environment, TestContext.Current.CancellationToken).Limited(string.Join(' ', args));
        return new ProgramRun(code, output.ToString(), error.ToString());
    }

    public CommandEnvironment Environment(TextWriter output, TextWriter error) => new()
    {
        Input = TextReader.Null,
        Output = output,
        Error = error,
        Variable = name => Variables.GetValueOrDefault(name),
        CurrentFolder = _folder.Path,
        Time = Time,
    };
}

/// <summary>What a run left.</summary>
internal sealed record ProgramRun(int Code, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
