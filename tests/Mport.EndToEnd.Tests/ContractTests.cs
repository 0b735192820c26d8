using Mport.EndToEnd.Tests.Kit;
using Mport.Testing;

namespace Mport.EndToEnd.Tests;

/// <summary>What scripts rely on when they call the client.</summary>
public sealed class ContractTests(SharedEdge shared)
{
    [Fact]
    public async Task InAPipe_TheUrlStandsAloneOnStandardOutput()
    {
        await using var target = TargetServers.Echo();
        using var home = new ClientHome();
        await using var client = ProgramProcess.Start(Programs.Client, ["tcp", $"{target.Port}"], home.Environment(shared.Edge));

        var (url, _) = await client.Output.FirstAsync(_ => true, "the URL on standard output");
        client.Send(Signal.Interrupt);

        Assert.Equal(0, await client.ExitAsync("the client to end after SIGINT"));
        Assert.Matches(@"^tcp://localhost:\d+$", url);
        Assert.Equal([url], client.Output.Lines);
        Assert.NotEmpty(client.Errors.Lines);
    }
}
