using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mport.Protocol.Errors;
using Mport.Server.Hosting.Logging;

namespace Mport.Server.Hosting.Commands;

/// <summary>One run of one command: what was typed, the settings, and where to write.</summary>
internal sealed class CommandCall(ParseResult typed, EdgeSettings settings, CommandEnvironment environment)
{
    /// <summary>What was typed.</summary>
    public ParseResult Typed => typed;

    /// <summary>The settings, from flags, variables and the file.</summary>
    public EdgeSettings Settings => settings;

    /// <summary>What surrounds the process.</summary>
    public CommandEnvironment Environment => environment;

    /// <summary>Writes a line to standard output, harmless for a terminal.</summary>
    public void Print(string line) => environment.Output.WriteLine(VisibleText.Of(line));

    /// <summary>Writes an object to standard output, on a line of its own.</summary>
    public void PrintJson<T>(T value, JsonTypeInfo<T> type) => environment.Output.WriteLine(JsonSerializer.Serialize(value, type));

    /// <summary>Writes a remark for a human to standard error.</summary>
    public void Remark(string line) => environment.Error.WriteLine(VisibleText.Of(line));

    /// <summary>Writes a failure to standard error and gives its exit code.</summary>
    public int Fail(Failure failure) => Fail(environment, failure);

    /// <summary>Writes a failure to standard error and gives its exit code.</summary>
    public static int Fail(CommandEnvironment environment, Failure failure)
    {
        environment.Error.WriteLine(VisibleText.Of($"mportd: {failure.Code} {failure.Text}"));
        return ExitCode.Of(failure.Code);
    }
}
