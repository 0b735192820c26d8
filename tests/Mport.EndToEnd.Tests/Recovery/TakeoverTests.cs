using Mport.EndToEnd.Tests.Kit;
using Mport.EndToEnd.Tests.Tcp;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Recovery;

/// <summary>Who holds a tunnel when two clients want it.</summary>
public sealed class TakeoverTests(SharedEdge shared)
{
    [Fact]
    public async Task StoppedHolder_IsReplacedAtOnceByANewClientOfTheSameMachine()
    {
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(shared.Edge, target.Port);
        tunnel.Client.Send(Signal.Stop);

        await using var second = tunnel.Again(shared.Edge);
        var ready = await second.NextAsync("tunnel.ready");

        Assert.Equal(tunnel.Url, new Uri(ready["url"]));
        Assert.Equal("True", ready["took_over"]);
        Assert.Equal("works", await Visitor.ExchangeAsync(tunnel.Url, "works"));

        // The first wakes up, hears that it lost, and does not fight back.
        tunnel.Client.Send(Signal.Continue);
        await tunnel.Client.FailedAsync(6, "MP-1205");
        Assert.Equal("still works", await Visitor.ExchangeAsync(tunnel.Url, "still works"));
        Assert.DoesNotContain(second.Events, one => one.Name is "tunnel.closed" or "session.lost");
    }

    [Fact]
    public async Task TwoClientsOfOneMachine_ServeTheirTunnelsSideBySide()
    {
        await using var echo = TargetServers.Echo();
        await using var counter = TargetServers.AnswersAtEnd();
        await using var first = await ServedTunnel.TcpAsync(shared.Edge, echo.Port);
        await using var second = ClientProcess.Start(shared.Edge, first.Home, "tcp", $"{counter.Port}");
        var secondUrl = await second.ReadyAsync();

        Assert.NotEqual(first.Url, secondUrl);
        Assert.Equal("hello", await Visitor.ExchangeAsync(first.Url, "hello"));
        Assert.Equal("5 bytes", await Visitor.ExchangeAsync(secondUrl, "hello"));
    }

    [Fact]
    public async Task SecondClientOfAnotherMachine_IsToldWhoHoldsTheTunnel()
    {
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(shared.Edge, target.Port);
        using var elsewhere = new ClientHome();
        await using var second = tunnel.Again(shared.Edge, elsewhere);

        await second.FailedAsync(6, "MP-1204");

        Assert.Contains(second.Process.Errors.Lines, line => line.Contains(Environment.MachineName, StringComparison.Ordinal));
        Assert.Equal("works", await Visitor.ExchangeAsync(tunnel.Url, "works"));
    }

    [Fact]
    public async Task TakeoverFromAnotherMachine_WinsAndTheLoserEnds()
    {
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(shared.Edge, target.Port);
        using var elsewhere = new ClientHome();
        await using var winner = tunnel.Again(shared.Edge, elsewhere, "--takeover");

        Assert.Equal(tunnel.Url, await winner.ReadyAsync());

        await tunnel.Client.FailedAsync(6, "MP-1205");
        Assert.Equal("works", await Visitor.ExchangeAsync(tunnel.Url, "works"));
        Assert.DoesNotContain(winner.Events, one => one.Name is "tunnel.closed" or "session.lost");
    }
}
