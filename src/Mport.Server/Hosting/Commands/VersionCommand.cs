using System.CommandLine;

namespace Mport.Server.Hosting.Commands;

/// <summary><c>mportd version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>The command.</summary>
    public static Command Build(CommandEnvironment environment)
    {
        var version = new Command("version", "Print the version.");
        version.SetAction(_ =>
        {
            environment.Output.WriteLine($"mportd {EdgeVersion.Text}");
            return ExitCode.Ok;
        });
        return version;
    }
}
