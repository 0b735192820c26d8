using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json;
using Mport.Cli.Output;
using Mport.Protocol.Errors;

namespace Mport.Cli.Commands;

/// <summary><c>mport explain</c>: what an error code means and what to do; without a code, the list of all.</summary>
internal static class ExplainCommand
{
    public static Command Create(Surroundings around, CommonOptions common)
    {
        var code = new Argument<string?>("CODE") { HelpName = "MP-nnnn", Description = "The code, or its number", Arity = ArgumentArity.ZeroOrOne };
        code.CompletionSources.Add(_ => ErrorCatalog.All.Select(error => new CompletionItem(error.Code.ToString())));
        var command = new Command("explain", "Say what an error code means and what to do") { code, common.Json };
        command.SetAction((parsed, _) => Task.FromResult(Explain(around, parsed.GetValue(code), parsed.GetValue(common.Json))));
        return command;
    }

    private static int Explain(Surroundings around, string? text, bool json)
    {
        var sink = new LineSink(around.Out);
        if (text is null)
        {
            foreach (var error in ErrorCatalog.All)
            {
                sink.Write(json ? Line(error) : error.ToString());
            }

            return ExitCodes.Success;
        }

        if ((ErrorCode.TryParse(text, out var code) || ErrorCode.TryParse("MP-" + text, out code)) && ErrorCatalog.Find(code) is { } found)
        {
            sink.Write(json ? Line(found) : $"{found}\n\n{found.Why}\n\nWhat to do: {found.Fix}");
            return ExitCodes.Success;
        }

        return FailureReport.Print(around, json, new Failure(UsageErrors.InvalidArgument.Code, $"\"{text}\" is not an error code of this version. `mport explain` lists all."));
    }

    private static string Line(ErrorDescription error) =>
        JsonSerializer.Serialize(new ExplanationLine(error.Code.ToString(), error.Title, error.Why, error.Fix, ExitCodes.Of(error.Code)), CliJson.Default.ExplanationLine);
}
