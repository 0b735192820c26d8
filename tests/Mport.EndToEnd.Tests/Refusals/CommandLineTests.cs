using Mport.EndToEnd.Tests.Kit;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Refusals;

/// <summary>What is wrong before anybody is asked.</summary>
public sealed class CommandLineTests(SharedEdge shared) : IDisposable
{
    private readonly ClientHome _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("tcp")]
    [InlineData("tcp 5555 --no-such-option")]
    [InlineData("tcp 99999")]
    [InlineData("nonsense")]
    public async Task CommandLineThatCannotBeUsed_EndsWithStatus2(string arguments)
    {
        var client = await Ran.ToEndAsync(Programs.Client, arguments.Split(' '), _home.Environment(shared.Edge));

        Assert.Equal(2, client.ExitCode);
        Assert.Empty(client.Output);
        Assert.NotEmpty(client.Errors);
    }

    [Fact]
    public async Task ConfigurationWithAnUnknownKey_EndsWithStatus3AndNamesTheLine()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_home.ConfigFile) ?? "");
        await File.WriteAllTextAsync(_home.ConfigFile, "server: localhost:1\nservr: localhost:2\n");
        await using var client = ClientProcess.Start(shared.Edge, _home, "tcp", "9");

        await client.FailedAsync(3, "MP-1002");

        Assert.Contains(client.Process.Errors.Lines, line => line.Contains("mport.yml:2:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RequiredTargetThatIsNotThere_EndsWithStatus9()
    {
        using var nobody = new ReservedPort();
        await using var client = ClientProcess.Start(shared.Edge, _home, "tcp", $"{nobody.Port}", "--require-target");

        await client.FailedAsync(9, "MP-1307");
    }

    [Fact]
    public async Task PortOfTheEdgeInUse_IsSaidPlainly() // REL-38
    {
        using var folder = new ScratchFolder();

        var edge = await Ran.ToEndAsync(Programs.Edge, ["serve", "--data", folder.Path, "--listen", "127.0.0.1", "--tls-port", $"{shared.Edge.TlsPort}", "--http-port", "0"]);

        Assert.Equal(3, edge.ExitCode);
        Assert.Contains("MP-2001", edge.Errors, StringComparison.Ordinal);
        Assert.Contains($"{shared.Edge.TlsPort}", edge.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", edge.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("mpt_", edge.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondEdgeOnTheSameData_IsRefused()
    {
        var edge = await Ran.ToEndAsync(Programs.Edge, ["serve", "--data", shared.Edge.Data, "--listen", "127.0.0.1", "--tls-port", "0", "--http-port", "0"]);

        Assert.Equal(3, edge.ExitCode);
        Assert.Contains("MP-2009", edge.Errors, StringComparison.Ordinal);
    }
}
