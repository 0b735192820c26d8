using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Mport.Client;
using Mport.Protocol.Errors;
using Mport.Testing;

namespace Mport.Cli.Tests.Running;

public sealed class TunnelRunTests
{
    private const string TwoTunnels = "tunnels:\n  web: {proto: http, target: 3000}\n  phone: {proto: tcp, target: 5555}\n";

    [Fact]
    public async Task InAPipe_TheUrlStandsAloneOnStandardOutput()
    {
        using var world = new CliWorld();
        var run = world.RunLoggedInAsync("tcp", "5555");
        var engine = await world.EngineAsync();

        engine.Emit(new Connecting(engine.Options.Edge, 1));
        engine.Emit(Events.Connected);
        engine.Ready("tcp://edge.example:20001");
        await world.Error.WhenAsync("tunnel tcp-5555: tcp://edge.example:20001 → 127.0.0.1:5555");
        world.Signals.Raise();

        Assert.Equal(0, await run);
        Assert.Equal("tcp://edge.example:20001\n", world.Out.Text);
        Assert.Contains("connected to edge.example:8443 as owner@example", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SameUrlAfterAReconnect_IsNotPrintedAgain_ButANewOneIs()
    {
        using var world = new CliWorld();
        var run = world.RunLoggedInAsync("tcp", "5555");
        var engine = await world.EngineAsync();

        engine.Emit(Events.Connected);
        engine.Ready("tcp://a:1");
        engine.Emit(new SessionLost(Events.Lost, TimeSpan.FromSeconds(3), 1));
        engine.Ready("tcp://a:1");
        engine.Ready("tcp://a:2");
        await world.Out.WhenAsync("tcp://a:2\n");
        world.Signals.Raise();

        Assert.Equal(0, await run);
        Assert.Equal("tcp://a:1\ntcp://a:2\n", world.Out.Text);
        Assert.Contains("connection lost: MP-1306: The network changed; retrying in 3 s\n", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReaderOfThePipeGone_TheTunnelGoesOn()
    {
        using var world = new CliWorld();
        world.Out.Broken = new IOException("Broken pipe");
        var run = world.RunLoggedInAsync("tcp", "5555");
        var engine = await world.EngineAsync();

        engine.Ready("tcp://a:1");
        await world.Error.WhenAsync("tcp://a:1");
        Assert.False(run.IsCompleted);
        world.Signals.Raise();

        Assert.Equal(0, await run);
    }

    [Fact]
    public async Task Json_WritesOneObjectALine_AndClosesWhatWasReady()
    {
        using var world = new CliWorld();
        var run = world.RunLoggedInAsync("http", "3000", "--json");
        var engine = await world.EngineAsync();

        engine.Emit(Events.Connected);
        engine.Ready("https://a.example");
        await world.Out.WhenAsync("tunnel.ready");
        world.Signals.Raise();

        Assert.Equal(0, await run);
        Assert.Equal(["session.connected", "tunnel.ready", "tunnel.closed"], world.Out.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()));
        Assert.Equal("", world.Error.Text);
    }

    [Fact]
    public async Task FailureThatEndsTheRun_IsToldOnBothStreams_AndDecidesTheExitCode()
    {
        using var world = new CliWorld();
        var run = world.RunLoggedInAsync("http", "3000", "--json");
        var engine = await world.EngineAsync();

        engine.End(Failure.Of(AccountErrors.TokenRevoked));

        Assert.Equal(4, await run);
        Assert.Contains("\"event\":\"error\",\"code\":\"MP-1104\"", world.Out.Text, StringComparison.Ordinal);
        Assert.StartsWith("error MP-1104: The token was revoked.", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnlyTunnelRefusedForGood_TheRunEndsWithItsCode()
    {
        using var world = new CliWorld();
        var run = world.RunLoggedInAsync("tcp", "5555", "--remote-port", "20005");
        var engine = await world.EngineAsync();

        engine.Emit(new TunnelNotOpened(engine.Options.Tunnels[0], Events.PortTaken));

        Assert.Equal(6, await run);
        Assert.Equal(20005, engine.Options.Tunnels[0].RemotePort);
    }

    [Fact]
    public async Task OneOfSeveralRefused_TheOthersGoOn()
    {
        using var world = new CliWorld();
        world.WriteConfig(TwoTunnels);
        var run = world.RunLoggedInAsync("start", "--all");
        var engine = await world.EngineAsync();

        engine.Emit(new TunnelNotOpened(engine.Options.Tunnels[1], Events.PortTaken));
        engine.Ready("https://web.example");
        await world.Out.WhenAsync("https://web.example");
        Assert.False(run.IsCompleted);
        world.Signals.Raise();

        Assert.Equal(0, await run);
        Assert.Contains("tunnel phone was not opened: MP-1207", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllRefusedOneAfterTheOther_TheRunEnds()
    {
        using var world = new CliWorld();
        world.WriteConfig(TwoTunnels);
        var run = world.RunLoggedInAsync("start", "web", "phone");
        var engine = await world.EngineAsync();

        engine.Emit(new TunnelNotOpened(engine.Options.Tunnels[1], Events.PortTaken));
        engine.Emit(new TunnelNotOpened(engine.Options.Tunnels[0], Failure.Of(TunnelErrors.TooManyTunnels)));

        Assert.Equal(7, await run);
    }

    [Fact]
    public async Task RefusalThatMayPass_DoesNotEndTheRun()
    {
        using var world = new CliWorld();
        var run = world.RunLoggedInAsync("tcp", "5555");
        var engine = await world.EngineAsync();

        engine.Emit(new TunnelNotOpened(engine.Options.Tunnels[0], Events.PortTaken with { Retry = true }));
        engine.Ready("tcp://a:1");
        await world.Out.WhenAsync("tcp://a:1");
        world.Signals.Raise();

        Assert.Equal(0, await run);
    }

    [Fact]
    public async Task SignalBeforeAnyTunnelWasReady_Exits130()
    {
        using var world = new CliWorld();
        var run = world.RunLoggedInAsync("tcp", "5555");
        await world.EngineAsync();

        world.Signals.Raise();

        Assert.Equal(130, await run);
    }

    [Fact]
    public async Task SecondSignal_ExitsAtOnce()
    {
        using var world = new CliWorld();
        var run = world.RunLoggedInAsync("tcp", "5555");
        var engine = await world.EngineAsync();
        engine.HoldsOn = true;
        engine.Ready("tcp://a:1");
        await world.Out.WhenAsync("tcp://a:1");

        world.Signals.Raise();
        await engine.StopSeen;
        Assert.False(run.IsCompleted);
        world.Signals.Raise();

        Assert.Equal(130, await run);
    }

    [Fact]
    public async Task WaitElapsed_Exits124()
    {
        using var world = new CliWorld();
        var run = world.RunLoggedInAsync("tcp", "5555", "--wait", "30s");
        await world.EngineAsync();

        world.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(124, await run);
        Assert.Contains("error MP-1312: Not every tunnel was ready within 30 s.", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadyInTime_TheWaitIsOver()
    {
        using var world = new CliWorld();
        var run = world.RunLoggedInAsync("tcp", "5555", "--wait", "30s");
        var engine = await world.EngineAsync();

        engine.Ready("tcp://a:1");
        // What comes after the ready event is shown after the wait was ended.
        engine.Emit(new EdgeNotice("info", "hello"));
        await world.Error.WhenAsync("hello");
        world.Time.Advance(TimeSpan.FromHours(1));
        Assert.False(run.IsCompleted);
        world.Signals.Raise();

        Assert.Equal(0, await run);
    }

    [Fact]
    public async Task RequiredTargetMissing_Exits9_WithoutAnEngine()
    {
        using var world = new CliWorld { Time = new ManualTimeProvider() };
        using var nobody = new ReservedPort();

        Assert.Equal(9, await world.RunLoggedInAsync("tcp", $"127.0.0.1:{nobody.Port}", "--require-target"));
        Assert.StartsWith("error MP-1307", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequiredUdpTargetNotBound_EndsWith9()
    {
        using var world = new CliWorld();
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint?)udp.Client.LocalEndPoint)?.Port;
        udp.Dispose();

        Assert.Equal(9, await world.RunLoggedInAsync("udp", $"{port}", "--require-target"));
        Assert.StartsWith("error MP-1307", world.Error.Text, StringComparison.Ordinal);
        Assert.Contains("for UDP", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequiredUdpTargetBound_TheRunBegins()
    {
        using var world = new CliWorld();
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var run = world.RunLoggedInAsync("udp", $"{((IPEndPoint?)udp.Client.LocalEndPoint)?.Port}", "--require-target");
        await world.EngineAsync();
        world.Signals.Raise();

        Assert.Equal(130, await run);
    }

    [Fact]
    public async Task RequiredTargetThere_TheRunBegins()
    {
        using var world = new CliWorld();
        await using var target = ScriptedServer.Start((_, _) => Task.CompletedTask);
        var run = world.RunLoggedInAsync("tcp", $"{target.Port}", "--require-target");
        var engine = await world.EngineAsync();

        engine.Ready("tcp://a:1");
        await world.Out.WhenAsync("tcp://a:1");
        world.Signals.Raise();

        Assert.Equal(0, await run);
    }

    [Fact]
    public async Task Insecure_IsWarnedOfAtEachStart()
    {
        using var world = new CliWorld();
        var run = world.RunLoggedInAsync("tcp", "5555", "--insecure");
        var engine = await world.EngineAsync();
        await world.Error.WhenAsync("warning: --insecure: the edge's certificate is not checked");
        Assert.True(engine.Options.Insecure);
        world.Signals.Raise();

        Assert.Equal(130, await run);
    }

    [Fact]
    public async Task Insecure_IsWarnedOfUnderJsonToo()
    {
        using var world = new CliWorld();
        var run = world.RunLoggedInAsync("tcp", "5555", "--insecure", "--json");
        await world.EngineAsync();
        await world.Error.WhenAsync("warning: --insecure");
        world.Signals.Raise();

        Assert.Equal(130, await run);
    }

    [Fact]
    public async Task LogLevelError_SilencesTheRest()
    {
        using var world = new CliWorld();
        var run = world.RunLoggedInAsync("tcp", "5555", "--log-level", "error");
        var engine = await world.EngineAsync();
        engine.Emit(Events.Connected);
        engine.Ready("tcp://a:1");
        await world.Out.WhenAsync("tcp://a:1");
        world.Signals.Raise();

        Assert.Equal(0, await run);
        Assert.Equal("", world.Error.Text);
    }

    [Fact]
    public async Task LogLevelDebug_ShowsConnections()
    {
        using var world = new CliWorld();
        var run = world.RunLoggedInAsync("tcp", "5555", "--log-level", "debug");
        var engine = await world.EngineAsync();
        engine.Emit(new ConnectionOpened(1, engine.Options.Tunnels[0], Events.Visitor));
        await world.Error.WhenAsync("tcp-5555: connection 1 from 203.0.113.9:53112 opened");
        world.Signals.Raise();

        Assert.Equal(130, await run);
    }

    [Fact]
    public async Task FaultOfTheEngine_ReachesTheProgram()
    {
        using var world = new CliWorld();
        var run = world.RunLoggedInAsync("tcp", "5555");
        (await world.EngineAsync()).Throw(new InvalidOperationException("a fault"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => run);
    }
}
