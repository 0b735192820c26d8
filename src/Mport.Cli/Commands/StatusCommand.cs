using System.CommandLine;
using System.Text.Json;
using Mport.Cli.Configuration;
using Mport.Cli.Output;
using Mport.Cli.Processes;
using Mport.Protocol.Identity;

namespace Mport.Cli.Commands;

/// <summary><c>mport status</c>: which edge and login are configured, and what runs. It asks nobody outside this machine.</summary>
internal static class StatusCommand
{
    public static Command Create(Surroundings around, CommonOptions common, ProcessCommands processes)
    {
        var command = common.AddEdge(new Command("status", "Show the configured edge and login, and what runs"));
        command.SetAction(async (parsed, cancel) =>
        {
            var json = parsed.GetValue(common.Json);
            var file = ConfigStore.Load(parsed.GetValue(common.Config), around);
            if (!file.Ok)
            {
                return FailureReport.Print(around, json, file.Failures);
            }

            var edge = EdgeSettings.Resolve(common.EdgeFlags(parsed), around.VariableOrNull, file.Value);
            if (!edge.Ok)
            {
                return FailureReport.Print(around, json, edge.Failures);
            }

            Print(around, file.Value, edge.Value, json);
            processes.Print(await new RunningProcesses(around).ListAsync(cancel), json);
            return ExitCodes.Success;
        });
        return command;
    }

    private static void Print(Surroundings around, ConfigFile file, EdgeSettings edge, bool json)
    {
        var sink = new LineSink(around.Out);
        var key = edge.Token is { } token && AccessToken.TryGetKeyId(token, out var id) ? id : null;
        var trust = edge.Insecure ? "any certificate (insecure)" : edge.Pin is { } pin ? pin.ToString() : "the system's authorities";
        if (json)
        {
            sink.Write(JsonSerializer.Serialize(
                new StatusLine(edge.Server?.ToString(), key, edge.Pin?.ToString(), edge.Insecure, file.Path, file.Exists, [.. file.Sections.Select(section => section.Name)]),
                CliJson.Default.StatusLine));
            return;
        }

        sink.Write($"edge     {edge.Server?.ToString() ?? "none; run `mport login HOST`"}");
        sink.Write($"login    {(key is null ? "none; run `mport login HOST`" : $"token {AccessToken.Prefix}{key}")}");
        sink.Write($"trusts   {trust}");
        sink.Write($"config   {DisplayText.Escape(file.Path)}{(file.Exists ? "" : " (not there)")}");
        sink.Write("");
    }
}
