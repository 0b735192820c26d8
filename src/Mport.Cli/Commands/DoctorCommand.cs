using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Mport.Cli.Configuration;
using Mport.Cli.Output;
using Mport.Cli.Probing;
using Mport.Cli.Running;
using Mport.Client;
using Mport.Protocol.Errors;

namespace Mport.Cli.Commands;

/// <summary><c>mport doctor</c>: looks at each thing that a run needs, one after the other.</summary>
internal sealed class DoctorCommand(Surroundings around, CommonOptions common, RunPreparation preparation)
{
    private static readonly TimeSpan s_targetLimit = TimeSpan.FromSeconds(5);

    public Command Create()
    {
        var command = common.AddEdge(new Command("doctor", "Check configuration, edge, certificate, clock, login and targets"));
        command.SetAction(async (parsed, cancel) =>
        {
            var sink = new LineSink(around.Out);
            Failure? first = null;
            await foreach (var step in ExamineAsync(parsed, cancel))
            {
                first ??= step.Failure;
                sink.Write(parsed.GetValue(common.Json) ? Json(step) : $"{Word(step.Outcome),-4}  {step.Name,-11}  {DisplayText.Escape(step.Text)}");
            }

            return first is null ? ExitCodes.Success : ExitCodes.Of(first.Code);
        });
        return command;
    }

    private async IAsyncEnumerable<ProbeStep> ExamineAsync(ParseResult parsed, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var file = ConfigStore.Load(parsed.GetValue(common.Config), around);
        foreach (var step in OfConfiguration(file))
        {
            yield return step;
        }

        var id = preparation.ClientId();
        yield return id.Ok ? ProbeStep.Ok("state", $"{around.StateFolder} can be written") : ProbeStep.Fail("state", id.Failures[0]);
        if (!file.Ok)
        {
            yield break;
        }

        var settings = EdgeSettings.Resolve(common.EdgeFlags(parsed), around.VariableOrNull, file.Value);
        foreach (var step in settings.Failures.Select(failure => ProbeStep.Fail("settings", failure)))
        {
            yield return step;
        }

        if (settings is { Ok: true, Value.Token: null })
        {
            yield return ProbeStep.Fail("token", Failure.Of(AccountErrors.NotLoggedIn));
        }

        if (settings is { Ok: true, Value.Server: null })
        {
            yield return ProbeStep.Fail("edge", Failure.Of(UsageErrors.ServerUnknown));
        }
        else if (settings is { Ok: true, Value.Server: { } edge })
        {
            var steps = await new EdgeProbe(edge, settings.Value, around.Time).RunAsync(id.Value, cancel);
            foreach (var step in steps)
            {
                yield return step;
            }

            if (steps.Any(step => step is { Name: "tls", Outcome: ProbeOutcome.Ok }))
            {
                yield return await ClockCheck.RunAsync(edge, settings.Value, around.Time, cancel);
            }
        }

        foreach (var tunnel in file.Value.Tunnels)
        {
            yield return await OfTargetAsync(tunnel, cancel);
        }
    }

    private static IEnumerable<ProbeStep> OfConfiguration(Checked<ConfigFile> file)
    {
        if (!file.Ok)
        {
            return file.Failures.Select(failure => ProbeStep.Fail("config", failure));
        }

        return [file.Value switch
        {
            { Exists: false } => ProbeStep.Ok("config", $"there is no {file.Value.Path}; options and variables alone count"),
            { TokenExposed: true } => ProbeStep.Warn("config", $"{file.Value.Path} holds a token and others may read it; run `chmod 600` on it"),
            _ => ProbeStep.Ok("config", $"{file.Value.Path}, {file.Value.Tunnels.Count()} tunnels"),
        }];
    }

    // A target that is down is no fault of the tunnel, which starts all the same.
    private async Task<ProbeStep> OfTargetAsync(TunnelSpec tunnel, CancellationToken cancel) =>
        await TargetCheck.LookAsync(tunnel, s_targetLimit, around.Time, cancel) is { } down
            ? ProbeStep.Warn("target", $"{tunnel.Name}: {down}")
            : ProbeStep.Ok("target", $"{tunnel.Name}: {tunnel.Target} {Seen(tunnel)}");

    private static string Seen(TunnelSpec tunnel) =>
        tunnel.Kind != TunnelKind.Udp ? "takes connections"
        : LocalListeners.HasUdp(tunnel.Target) == true ? "takes datagrams"
        : "speaks UDP on another machine, which cannot be looked at from here";

    private static string Json(ProbeStep step) =>
        JsonSerializer.Serialize(new CheckLine(step.Name, Word(step.Outcome), step.Text, step.Failure?.Code.ToString()), CliJson.Default.CheckLine);

    private static string Word(ProbeOutcome outcome) => outcome switch
    {
        ProbeOutcome.Ok => "ok",
        ProbeOutcome.Warn => "warn",
        ProbeOutcome.Fail => "fail",
        _ => throw new UnreachableException(),
    };
}
