using System.CommandLine;
using Mport.Cli.Configuration;
using Mport.Cli.Output;
using Mport.Protocol.Errors;

namespace Mport.Cli.Commands;

/// <summary>What is said to a command line that names no command.</summary>
internal static class UnknownCommand
{
    /// <summary>Tells which command was probably meant.</summary>
    public static int Report(Surroundings around, RootCommand root, string word, bool json)
    {
        var nearest = NearestName.Of(word, root.Subcommands.Select(command => command.Name));
        return FailureReport.Print(around, json, new Failure(
            UsageErrors.InvalidArgument.Code,
            $"\"{word}\" is neither a command nor a target. {(nearest is null ? "Run `mport --help` to see the commands." : $"Did you mean `mport {nearest}`?")}"));
    }

    /// <summary>Shows the help on standard error, as the answer to a command line that asks for nothing.</summary>
    public static async Task<int> ShowHelpAsync(Surroundings around, RootCommand root, CancellationToken cancel)
    {
        await root.Parse(["--help"]).InvokeAsync(new InvocationConfiguration { Output = around.Error, Error = around.Error }, cancel);
        return ExitCodes.Usage;
    }
}
