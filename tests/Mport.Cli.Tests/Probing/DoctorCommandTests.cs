using System.Net;
using System.Net.Sockets;
using Mport.Cli.Probing;
using Mport.Protocol.Errors;
using Mport.Testing;

namespace Mport.Cli.Tests.Probing;

public sealed class DoctorCommandTests
{
    private static string[] Checks(CliWorld world) => [.. world.Out.Lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2)))];

    [Fact]
    public async Task HealthyWay_IsOkAllAlong()
    {
        using var world = new CliWorld();
        await using var edge = new FakeEdge();
        await using var target = ScriptedServer.Start((_, _) => Task.CompletedTask);
        world.WriteConfig($"server: 127.0.0.1:{edge.Port}\ntoken: {CliWorld.Token}\npin: {edge.Pin}\ntunnels:\n  web: {{proto: http, target: {target.Port}}}\n");

        Assert.Equal(0, await world.RunAsync("doctor"));
        Assert.Equal(["ok config", "ok state", "ok name", "ok tcp", "ok tls", "ok certificate", "ok login", "ok clock", "ok target"], Checks(world));
    }

    [Fact]
    public async Task FirstFailure_DecidesTheExitCode()
    {
        using var world = new CliWorld();
        await using var edge = new FakeEdge { Admit = _ => Failure.Of(AccountErrors.TokenRevoked) };
        using var nobody = new ReservedPort();
        world.WriteConfig($"server: 127.0.0.1:{edge.Port}\ntoken: {CliWorld.Token}\npin: {edge.Pin}\ntunnels:\n  web: {{proto: http, target: {nobody.Port}}}\n");

        Assert.Equal(4, await world.RunAsync("doctor"));
        Assert.Equal(["ok config", "ok state", "ok name", "ok tcp", "ok tls", "ok certificate", "fail login", "ok clock", "warn target"], Checks(world));
    }

    [Fact]
    public async Task UdpTargets_AreLookedAtOnlyWhereThatIsPossible()
    {
        using var world = new CliWorld();
        await using var edge = new FakeEdge();
        using var bound = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var gone = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var (here, nobody) = (((IPEndPoint?)bound.Client.LocalEndPoint)?.Port, ((IPEndPoint?)gone.Client.LocalEndPoint)?.Port);
        gone.Dispose();
        world.WriteConfig(
            $"server: 127.0.0.1:{edge.Port}\ntoken: {CliWorld.Token}\npin: {edge.Pin}\ntunnels:\n"
            + $"  a: {{proto: udp, target: {here}}}\n  b: {{proto: udp, target: {nobody}}}\n  c: {{proto: udp, target: '192.0.2.1:53'}}\n");

        Assert.Equal(0, await world.RunAsync("doctor"));
        Assert.Contains("takes datagrams", world.Out.Lines[^3], StringComparison.Ordinal);
        Assert.Contains($"Nothing listens at 127.0.0.1:{nobody} for UDP", world.Out.Lines[^2], StringComparison.Ordinal);
        Assert.Contains("cannot be looked at from here", world.Out.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongPin_EndsTheWayThere()
    {
        using var world = new CliWorld();
        await using var edge = new FakeEdge();
        world.WriteConfig($"server: 127.0.0.1:{edge.Port}\ntoken: {CliWorld.Token}\npin: {CliWorld.Pin}\n");

        Assert.Equal(8, await world.RunAsync("doctor"));
        Assert.Equal(["ok config", "ok state", "ok name", "ok tcp", "fail certificate"], Checks(world));
        Assert.Equal(0, edge.Greetings);
    }

    [Fact]
    public async Task BrokenConfiguration_IsShown()
    {
        using var world = new CliWorld();
        world.WriteConfig("sever: x\n");

        Assert.Equal(3, await world.RunAsync("doctor", "--json"));
        Assert.StartsWith("{\"check\":\"config\",\"outcome\":\"fail\"", world.Out.Text, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"MP-1002\"", world.Out.Lines[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, false, "agrees")]
    [InlineData(119, false, "agrees")]
    [InlineData(3600, true, "1 h 0 m ahead of the edge")]
    [InlineData(-3600, true, "1 h 0 m behind the edge")]
    public void WrongClock_IsNoticed(int secondsAhead, bool warned, string text)
    {
        var edge = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
        var step = ClockCheck.Compare(edge, edge.AddSeconds(secondsAhead));

        Assert.Equal(warned ? ProbeOutcome.Warn : ProbeOutcome.Ok, step.Outcome);
        Assert.Contains(text, step.Text, StringComparison.Ordinal);
    }
}
