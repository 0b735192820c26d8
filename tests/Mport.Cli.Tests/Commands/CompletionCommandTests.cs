using System.Diagnostics;
using Mport.Testing;

namespace Mport.Cli.Tests.Commands;

public sealed class CompletionCommandTests
{
    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("powershell")]
    public async Task EachShell_HasAScriptThatAsksTheProgram(string shell)
    {
        using var world = new CliWorld();

        Assert.Equal(0, await world.RunAsync("completion", shell));
        Assert.Contains("mport \"[suggest:", world.Out.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownShell_IsUsage()
    {
        using var world = new CliWorld();

        Assert.Equal(2, await world.RunAsync("completion", "tcsh"));
    }

    [Theory]
    [InlineData("mport ht", "http")]
    [InlineData("mport ud", "udp")]
    [InlineData("mport tcp+", "tcp+udp")]
    [InlineData("mport tcp 22 --proxy-protocol ", "2")]
    [InlineData("mport udp 22 --gr", "--group")]
    [InlineData("mport config c", "check")]
    [InlineData("mport http 3000 --req", "--require-target")]
    [InlineData("mport completion z", "zsh")]
    [InlineData("mport start we", "web")]
    [InlineData("mport explain MP-1203", "MP-1203")]
    public async Task Words_AreSuggested(string line, string expected)
    {
        using var world = new CliWorld();
        world.WriteConfig("tunnels:\n  web: {proto: http, target: 3000}\n");

        Assert.Equal(0, await world.RunAsync($"[suggest:{line.Length}]", line));
        Assert.Contains(expected, world.Out.Lines);
    }

    [Fact]
    public async Task BashScript_CompletesInBash()
    {
        using var world = new CliWorld();
        await world.RunAsync("completion", "bash");
        // A function stands for the program: what is tried is the script.
        var test = world.Out.Text + """
            mport() { [[ $1 == "[suggest:8]" && $2 == "mport ht" ]] && printf 'http\n--help\n'; }
            COMP_WORDS=(mport ht) COMP_CWORD=1 COMP_POINT=8 COMP_LINE="mport ht"
            _mport_complete
            echo "found: ${COMPREPLY[*]}"
            """;
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", test]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("bash did not start.");
        var output = await bash.StandardOutput.ReadToEndAsync().Limited("bash to end");
        var errors = await bash.StandardError.ReadToEndAsync().Limited("bash to end");

        Assert.Equal("", errors);
        Assert.Equal("found: http\n", output);
    }
}
