using System.CommandLine;
using System.Text.Json;
using Mport.Cli.Output;
using Mport.Protocol.Handshake;

namespace Mport.Cli.Commands;

/// <summary><c>mport version</c>.</summary>
internal static class VersionCommand
{
    public static Command Create(Surroundings around, CommonOptions common)
    {
        var command = new Command("version", "Print the version of the program and of its protocol") { common.Json };
        command.SetAction((parsed, _) =>
        {
            new LineSink(around.Out).Write(parsed.GetValue(common.Json)
                ? JsonSerializer.Serialize(new VersionLine(ProtocolVersion.Program, ProtocolVersion.Current), CliJson.Default.VersionLine)
                : $"mport {ProtocolVersion.Program} (protocol {ProtocolVersion.Current})");
            return Task.FromResult(ExitCodes.Success);
        });
        return command;
    }
}
