using System.CommandLine;
using System.Text.Json;
using Mport.Server.Hosting.Logging;

namespace Mport.Server.Hosting.Commands;

/// <summary><c>mportd check</c>: says whether the edge would start, and changes nothing.</summary>
internal static class CheckCommand
{
    /// <summary>The command.</summary>
    public static Command Build(CommandFrame frame, CommandEnvironment environment)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line." };
        var check = new Command("check", "Check the configuration, data folder, database, certificate and ports; exits 1 when one of them fails.") { json };
        foreach (var option in frame.Others)
        {
            check.Options.Add(option);
        }

        check.SetAction(async (typed, cancellationToken) =>
        {
            var (settings, failures) = frame.ReadSettings(typed);
            var lines = settings is null
                ? [.. failures.Select(failure => new CheckLine(EdgeCheck.Fail, "configuration", failure.ToString()))]
                : await EdgeCheck.RunAsync(settings, environment.Time, cancellationToken);
            foreach (var line in lines)
            {
                environment.Output.WriteLine(typed.GetValue(json)
                    ? JsonSerializer.Serialize(line, CommandJson.Default.CheckLine)
                    : VisibleText.Of($"{line.Result,-4}  {line.Subject,-13}  {line.Text}"));
            }

            return lines.Any(line => line.Result == EdgeCheck.Fail) ? ExitCode.Unexpected : ExitCode.Ok;
        });
        return check;
    }
}
