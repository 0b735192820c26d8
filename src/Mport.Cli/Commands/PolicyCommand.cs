using System.CommandLine;
using System.Text.Json;
using Mport.Cli.Configuration;
using Mport.Cli.Login;
using Mport.Cli.Output;
using Mport.Protocol.Errors;
using Mport.Protocol.Rest;

namespace Mport.Cli.Commands;

/// <summary><c>mport policy check</c>: asks the edge, whose version decides which rules there are, what it makes of a file of rules.</summary>
internal sealed class PolicyCommand(Surroundings around, CommonOptions common)
{
    private readonly Option<string?> _request = new("--request") { HelpName = "'GET /path'", Description = "Say what becomes of this request" };
    private readonly Option<string?> _from = new("--from") { HelpName = "ADDRESS", Description = "The visitor's address (your own)" };
    private readonly Option<string?> _host = new("--host") { HelpName = "HOST", Description = "The request's host (localhost)" };
    private readonly Option<string[]> _header = new("--header") { HelpName = "'NAME: VALUE'", Description = "A header of the request" };
    private readonly Option<bool> _https = new("--https") { Description = "The visitor comes by https" };
    private readonly Argument<string> _file = new("FILE") { Description = "The file of rules, as --policy takes it" };

    public Command Create()
    {
        var check = common.AddEdge(new Command("check", "Tell all that is wrong with a file of rules, or which rule decides about a request") { _file });
        CommonOptions.Add(check, [_request, _from, _host, _header, _https]);
        check.SetAction(CheckAsync);
        return new Command("policy", "Check rules in front of a tunnel") { check };
    }

    private async Task<int> CheckAsync(ParseResult parsed, CancellationToken cancel)
    {
        var json = parsed.GetValue(common.Json);
        var rules = PolicyFile.Load(parsed.GetValue(_file) ?? "");
        var config = ConfigStore.Load(parsed.GetValue(common.Config), around);
        if (!rules.Ok || !config.Ok)
        {
            return FailureReport.Print(around, json, [.. rules.Failures, .. config.Failures]);
        }

        var edge = EdgeSettings.Resolve(common.EdgeFlags(parsed), around.VariableOrNull, config.Value);
        if (!edge.Ok)
        {
            return FailureReport.Print(around, json, edge.Failures);
        }

        if (edge.Value is not { Server: { } server, Token: { } token })
        {
            return FailureReport.Print(around, json, Failure.Of(edge.Value.Server is null ? UsageErrors.ServerUnknown : AccountErrors.NotLoggedIn));
        }

        var words = parsed.GetValue(_request)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (words.Length > 2)
        {
            return FailureReport.Print(around, json, Failure.Of(UsageErrors.InvalidArgument, "--request takes a method and a path, such as 'GET /admin'."));
        }

        using var http = new EdgeHttp(server, edge.Value, around.Time, token);
        var answer = await http.PostAsync(
            "/api/v1/policy/check",
            new PolicyCheckRequest
            {
                Rules = rules.Value.Rules,
                Target = words.Length == 0 ? null : words[^1],
                Method = words.Length == 2 ? words[0] : null,
                Host = parsed.GetValue(_host),
                Address = parsed.GetValue(_from),
                Https = parsed.GetValue(_https),
                Headers = parsed.GetValue(_header) is { Length: > 0 } headers ? headers : null,
            },
            PolicyCheckJson.Default.PolicyCheckRequest,
            PolicyCheckJson.Default.PolicyCheckResult,
            cancel);
        return answer.Ok ? Print(rules.Value, answer.Value, json) : FailureReport.Print(around, json, answer.Failures);
    }

    private int Print(PolicyFile file, PolicyCheckResult result, bool json)
    {
        if (!result.Valid)
        {
            return FailureReport.Print(around, json, [.. (result.Faults ?? []).Select(fault =>
                new Failure(PolicyErrors.PolicyInvalid.Code, $"{file.Path}:{file.LineOf(fault.Pointer)}: {fault.Pointer}: {fault.Detail}"))]);
        }

        var sink = new LineSink(around.Out);
        if (json)
        {
            sink.Write(JsonSerializer.Serialize(result, PolicyCheckJson.Default.PolicyCheckResult));
            return ExitCodes.Success;
        }

        if (result.Passed is not { } passed)
        {
            sink.Write(DisplayText.Escape($"{file.Path}: ok, {result.Count} rule{(result.Count == 1 ? "" : "s")}"));
            return ExitCodes.Success;
        }

        var by = result.Rule is { } rule ? $" by rule {rule}" : "";
        sink.Write(DisplayText.Escape(passed ? $"passes{by}" : $"answered with {result.Status}{by}{(result.Code is null ? "" : $" ({result.Code})")}"));
        sink.Write(DisplayText.Escape($"path     {result.Path}{(result.PathIsPlain == false ? ", which servers may read differently: every guarded path, no open one" : "")}"));
        if (result.Target is { } target)
        {
            sink.Write(DisplayText.Escape($"target   {target}"));
        }

        return ExitCodes.Success;
    }
}
