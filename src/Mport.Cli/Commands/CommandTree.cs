using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Mport.Cli.Output;
using Mport.Protocol.Errors;

namespace Mport.Cli.Commands;

/// <summary>All commands of <c>mport</c>, and how a command line becomes an exit code.</summary>
internal sealed class CommandTree
{
    private readonly Surroundings _around;
    private readonly RootCommand _root = new("Give a local service a public address through an edge of your own. `mport 3000` is short for `mport http 3000`.");

    public CommandTree(Surroundings around)
    {
        _around = around;
        var common = new CommonOptions();
        var preparation = new RunPreparation(around, common);
        var tunnels = new TunnelCommands(common, preparation);
        var processes = new ProcessCommands(around, common);
        foreach (var command in (IReadOnlyList<Command>)
        [
            new LoginCommand(around, common, preparation).Create(),
            .. tunnels.All(),
            StartCommand.Create(around, common, preparation),
            StatusCommand.Create(around, common, processes),
            processes.Ps(),
            processes.Stop(),
            new PolicyCommand(around, common).Create(),
            new ConfigCommand(around, common).Create(),
            new DoctorCommand(around, common, preparation).Create(),
            ExplainCommand.Create(around, common),
            VersionCommand.Create(around, common),
            CompletionCommand.Create(around),
        ])
        {
            _root.Subcommands.Add(command);
        }

        tunnels.AddBare(_root, around);
        // The forms /? and -? would only litter the completions.
        var help = _root.Options.OfType<HelpOption>().Single();
        help.Aliases.Clear();
        help.Aliases.Add("-h");
    }

    /// <summary>Reads the command line and does what it says.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        // An argument that begins with @ is an argument, not the name of a file with more of them.
        var parsed = _root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            var first = parsed.UnmatchedTokens.Count > 0 && parsed.CommandResult.Command == _root ? arguments.FirstOrDefault(word => !word.StartsWith('-')) : null;
            return first is not null && !first.Any(char.IsAsciiDigit)
                ? UnknownCommand.Report(_around, _root, first, arguments.Contains("--json"))
                : FailureReport.Print(_around, arguments.Contains("--json"), [.. parsed.Errors.Select(error => Failure.Of(UsageErrors.InvalidArgument, OneLine(error.Message)))]);
        }

        // Signals are heard by the runs themselves, which know what stopping means.
        var how = new InvocationConfiguration { Output = _around.Out, Error = _around.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        return await parsed.InvokeAsync(how, CancellationToken.None);
    }

    // Some messages of the parser are lists with line breaks and tabs.
    private static string OneLine(string message) => string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.') + ".";
}
