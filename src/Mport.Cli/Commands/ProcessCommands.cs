using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mport.Cli.Output;
using Mport.Cli.Processes;
using Mport.Protocol.Errors;

namespace Mport.Cli.Commands;

/// <summary><c>mport ps</c> and <c>mport stop</c>: what runs on this machine for this user.</summary>
internal sealed class ProcessCommands(Surroundings around, CommonOptions common)
{
    private static readonly string[] s_headings = ["TUNNEL", "PROTO", "URL", "TARGET", "STATE", "OPEN", "UPTIME", "PID"];

    public Command Ps()
    {
        var command = new Command("ps", "List the tunnels of all running mport processes") { common.Json };
        command.SetAction(async (parsed, cancel) =>
        {
            Print(await new RunningProcesses(around).ListAsync(cancel), parsed.GetValue(common.Json));
            return ExitCodes.Success;
        });
        return command;
    }

    public Command Stop()
    {
        var name = new Argument<string?>("NAME") { Description = "The tunnel", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Stop the whole process, with its other tunnels; without NAME: every process" };
        var command = new Command("stop", "Stop the process that serves a tunnel") { name, all, common.Json };
        command.SetAction((parsed, cancel) => StopAsync(parsed.GetValue(name), parsed.GetValue(all), parsed.GetValue(common.Json), cancel));
        return command;
    }

    /// <summary>Prints the running tunnels as a table, or one JSON object a line.</summary>
    public void Print(IReadOnlyList<RunReply> processes, bool json)
    {
        var sink = new LineSink(around.Out);
        var tunnels = RunningTunnelLine.Of(processes).ToList();
        var lines = json ? tunnels.Select(tunnel => JsonSerializer.Serialize(tunnel, CliJson.Default.RunningTunnelLine))
            : tunnels.Count == 0 ? ["no mport is running"]
            : TextTable.Lines(s_headings, tunnels.Select(tunnel => (IReadOnlyList<string>)
            [
                tunnel.Tunnel, tunnel.Proto, tunnel.Url ?? "-", tunnel.Target, tunnel.Healthy == false ? $"{tunnel.State}, ill" : tunnel.State, tunnel.Open.ToString(CultureInfo.InvariantCulture),
                Quantity.Duration(TimeSpan.FromSeconds(tunnel.Uptime)), tunnel.Pid.ToString(CultureInfo.InvariantCulture),
            ]));
        foreach (var line in lines)
        {
            sink.Write(line);
        }
    }

    private async Task<int> StopAsync(string? name, bool all, bool json, CancellationToken cancel)
    {
        if (name is null && !all)
        {
            return FailureReport.Print(around, json, Failure.Of(UsageErrors.InvalidArgument, "Neither a tunnel nor --all was given."));
        }

        var processes = new RunningProcesses(around);
        var serving = (await processes.ListAsync(cancel)).Where(process => name is null || process.Tunnels.Any(tunnel => tunnel.Name == name)).ToList();
        if (serving.Count == 0)
        {
            return FailureReport.Print(around, json, Failure.Of(UsageErrors.NoSuchRunningTunnel, name is null ? "No mport is running." : $"No running mport serves a tunnel \"{name}\"."));
        }

        var failures = new List<Failure>();
        foreach (var process in serving)
        {
            var (reply, ended) = await processes.StopAsync(process.Pid, name, all, cancel);
            if (reply?.Refused is { } refused)
            {
                failures.Add(new Failure(UsageErrors.InvalidArgument.Code, $"Nothing was stopped: {refused}. `mport stop {name} --all` stops the whole process."));
            }
            else
            {
                new LineSink(around.Error).Write(DisplayText.Escape(
                    $"process {process.Pid} {(ended ? "has stopped" : "is still finishing connections")}: {string.Join(", ", process.Tunnels.Select(tunnel => tunnel.Name))}"));
            }
        }

        return failures.Count > 0 ? FailureReport.Print(around, json, failures) : ExitCodes.Success;
    }
}
