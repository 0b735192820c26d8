using Mport.EndToEnd.Tests.Kit;
using Mport.EndToEnd.Tests.Tcp;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Recovery;

/// <summary>Both programs end as they are told to.</summary>
public sealed class StoppingTests
{
    [Fact]
    public async Task EdgeToldToStop_LetsARunningDownloadFinish()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = new HeldTarget();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        using var visitor = await Visitor.ConnectAsync(tunnel.Url);
        await Visitor.ReadAsync(visitor, "begun".Length);

        var stopping = edge.StopAsync();
        await tunnel.Client.NextAsync("notice");
        target.Finish();

        Assert.Equal(" and done", await Visitor.ReadToEndAsync(visitor));
        visitor.Dispose();
        Assert.Equal(0, await stopping);
        edge.AssertNoErrorLogged();
    }

    [Fact]
    public async Task EdgeToldToStop_CutsASilentVisitorWhenTheDrainIsOver()
    {
        await using var edge = await EdgeProcess.StartAsync("--drain", "1s");
        await using var target = new HeldTarget();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        using var visitor = await Visitor.ConnectAsync(tunnel.Url);
        target.Finish();
        Assert.Equal("begun and done", await Visitor.ReadToEndAsync(visitor));

        // Its own direction is still open.
        Assert.Equal(0, await edge.StopAsync());
    }

    [Fact]
    public async Task EdgeToldTwiceToStop_EndsAtOnce()
    {
        await using var edge = await EdgeProcess.StartAsync("--drain", "1h");
        await using var target = new HeldTarget();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        using var visitor = await Visitor.ConnectAsync(tunnel.Url);
        await Visitor.ReadAsync(visitor, "begun".Length);

        edge.Process.Send(Signal.Terminate);
        await tunnel.Client.NextAsync("notice");

        Assert.Equal(143, await edge.StopAsync());
    }

    [Fact]
    public async Task EdgeWithoutVisitors_EndsWithStatusZero()
    {
        await using var edge = await EdgeProcess.StartAsync("--drain", "1h");
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);

        Assert.Equal(0, await edge.StopAsync());
    }

    [Fact]
    public async Task ClientInterrupted_LetsARunningDownloadFinish()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = new HeldTarget();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        using var visitor = await Visitor.ConnectAsync(tunnel.Url);
        await Visitor.ReadAsync(visitor, "begun".Length);

        tunnel.Client.Send(Signal.Interrupt);
        target.Finish();

        Assert.Equal(" and done", await Visitor.ReadToEndAsync(visitor));
        Assert.Equal(0, await tunnel.Client.ExitAsync());
    }

    [Fact]
    public async Task ClientInterruptedBeforeItIsReady_EndsWith130()
    {
        using var nobody = new ReservedPort();
        await using var edge = await EdgeProcess.StartAsync();
        using var home = new ClientHome();
        await using var client = ClientProcess.Start(home.Environment(edge, nobody.Port), "tcp", "9");
        await client.NextAsync("session.lost");

        client.Send(Signal.Interrupt);

        Assert.Equal(130, await client.ExitAsync());
    }
}
