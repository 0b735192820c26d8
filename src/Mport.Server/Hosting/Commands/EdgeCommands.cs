using System.CommandLine;
using Mport.Protocol.Errors;

namespace Mport.Server.Hosting.Commands;

/// <summary>The commands of <c>mportd</c>.</summary>
internal static class EdgeCommands
{
    /// <summary>Reads the command line, runs the command, gives the exit code.</summary>
    public static async Task<int> RunAsync(string[] args, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        var typed = Build(environment).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (typed.Errors.Count > 0)
        {
            return typed.Errors.Max(error => CommandCall.Fail(environment, Failure.Of(UsageErrors.InvalidArgument, error.Message)));
        }

        var configuration = new InvocationConfiguration
        {
            Output = environment.Output,
            Error = environment.Error,
            EnableDefaultExceptionHandler = false,

            // Signals are ours: a drain takes longer than the two seconds that the library would grant.
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await typed.InvokeAsync(configuration, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception unforeseen)
        {
            // A fault of ours: the trace is what its report needs.
            await environment.Error.WriteLineAsync($"mportd: unexpected failure; please report it with what follows.{Environment.NewLine}{unforeseen}");
            return ExitCode.Unexpected;
        }
    }

    /// <summary>The tree of commands.</summary>
    public static RootCommand Build(CommandEnvironment environment)
    {
        var frame = new CommandFrame(environment);
        var root = new RootCommand("mportd, the edge of Mport: it gives local services a public address. Start with `mportd serve`.")
        {
            ServeCommand.Build(frame),
            UserCommands.Build(frame),
            InviteCommands.Build(frame),
            TeamCommands.Build(frame),
            TokenCommands.Build(frame),
            ReservationCommands.Build(frame),
            QuotaCommands.Build(frame),
            MailCommands.Build(frame),
            AuditCommands.Build(frame),
            CheckCommand.Build(frame, environment),
            VersionCommand.Build(environment),
        };
        foreach (var option in frame.Shared)
        {
            root.Options.Add(option);
        }

        return root;
    }
}
