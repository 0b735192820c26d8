using System.Net.Sockets;
using System.Text.Json;
using Mport.Client;
using Mport.Testing;

namespace Mport.Cli.Tests.Processes;

public sealed class ProcessCommandsTests
{
    private static CliWorld Neighbour(CliWorld world, int pid) => new() { SharedState = world.StateFolder, ProcessId = pid };

    [Fact]
    public async Task Ps_ListsTheTunnelsOfAllProcesses()
    {
        using var one = new CliWorld { ProcessId = 900_001 };
        using var two = Neighbour(one, 900_002);
        var (runOne, runTwo) = (one.RunLoggedInAsync("http", "3000"), two.RunLoggedInAsync("tcp", "5555"));
        var engine = await one.EngineAsync();
        engine.Ready("https://web.example");
        engine.Status = engine.Status with { Tunnels = [engine.Status.Tunnels[0] with { Open = 2, Total = 9 }] };
        await two.EngineAsync();
        one.Time.Advance(TimeSpan.FromSeconds(75));

        using var asking = Neighbour(one, 900_003);
        Assert.Equal(0, await asking.RunAsync("ps"));

        Assert.Equal(
            [
                "TUNNEL     PROTO  URL                  TARGET          STATE       OPEN  UPTIME    PID",
                "http-3000  http   https://web.example  127.0.0.1:3000  online      2     1 m 15 s  900001",
                "tcp-5555   tcp    -                    127.0.0.1:5555  connecting  0     0 ms      900002",
            ],
            asking.Out.Lines);
        one.Signals.Raise();
        two.Signals.Raise();
        await Task.WhenAll(runOne, runTwo);
    }

    [Fact]
    public async Task Ps_ShowsAnIllTargetAndTheGroup()
    {
        using var world = new CliWorld { ProcessId = 900_001 };
        var run = world.RunLoggedInAsync("http", "3000", "--group", "web", "--health-check", "/healthz");
        var engine = await world.EngineAsync();
        engine.Ready("https://web.example");
        engine.Status = engine.Status with { Tunnels = [engine.Status.Tunnels[0] with { Healthy = false }] };

        using var asking = Neighbour(world, 900_002);
        Assert.Equal(0, await asking.RunAsync("ps"));
        using var askingForJson = Neighbour(world, 900_003);
        Assert.Equal(0, await askingForJson.RunAsync("ps", "--json"));

        Assert.Contains("online, ill", asking.Out.Text, StringComparison.Ordinal);
        Assert.Contains("\"healthy\":false,\"group\":\"web\"", askingForJson.Out.Text, StringComparison.Ordinal);
        world.Signals.Raise();
        await run;
    }

    [Fact]
    public async Task PsJson_GivesOneObjectATunnel()
    {
        using var world = new CliWorld { ProcessId = 900_001 };
        var run = world.RunLoggedInAsync("http", "3000");
        (await world.EngineAsync()).Ready("https://web.example");

        using var asking = Neighbour(world, 900_002);
        Assert.Equal(0, await asking.RunAsync("ps", "--json"));

        Assert.Equal(
            """{"tunnel":"http-3000","proto":"http","url":"https://web.example","target":"127.0.0.1:3000","edge":"edge.example:8443","state":"online","open":0,"total":0,"bytes_in":0,"bytes_out":0,"uptime":0,"pid":900001}""",
            Assert.Single(asking.Out.Lines));
        world.Signals.Raise();
        await run;
    }

    [Fact]
    public async Task Stop_EndsTheProcessThatServesTheTunnel_AndWaitsForItsEnd()
    {
        using var world = new CliWorld { ProcessId = 900_001 };
        var run = world.RunLoggedInAsync("http", "3000");
        var engine = await world.EngineAsync();
        engine.HoldsOn = true;
        engine.Ready("https://web.example");

        using var asking = Neighbour(world, 900_002);
        var stop = asking.RunAsync("stop", "http-3000");
        await engine.StopSeen;
        Assert.False(stop.IsCompleted);
        engine.End(null);

        Assert.Equal(0, await run);
        Assert.Equal(0, await stop);
        Assert.Contains("process 900001 has stopped: http-3000", asking.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopBeforeItIsReady_IsACleanStop()
    {
        using var world = new CliWorld { ProcessId = 900_001 };
        var run = world.RunLoggedInAsync("http", "3000");
        await world.EngineAsync();

        using var asking = Neighbour(world, 900_002);
        Assert.Equal(0, await asking.RunAsync("stop", "http-3000"));
        Assert.Equal(0, await run);
    }

    [Fact]
    public async Task StopOfOneOfSeveral_IsRefusedWithTheOthersNames_UnlessAllIsGiven()
    {
        using var world = new CliWorld { ProcessId = 900_001 };
        world.WriteConfig("tunnels:\n  web: {proto: http, target: 3000}\n  phone: {proto: tcp, target: 5555}\n");
        var run = world.RunLoggedInAsync("start", "--all");
        await world.EngineAsync();

        using var asking = Neighbour(world, 900_002);
        Assert.Equal(2, await asking.RunAsync("stop", "web"));
        Assert.Contains("Nothing was stopped: process 900001 also serves phone. `mport stop web --all` stops the whole process.", asking.Error.Text, StringComparison.Ordinal);
        Assert.False(run.IsCompleted);

        Assert.Equal(0, await asking.RunAsync("stop", "web", "--all"));
        Assert.Equal(0, await run);
    }

    [Fact]
    public async Task StopAllWithoutAName_EndsEveryProcess()
    {
        using var one = new CliWorld { ProcessId = 900_001 };
        using var two = Neighbour(one, 900_002);
        var (runOne, runTwo) = (one.RunLoggedInAsync("http", "3000"), two.RunLoggedInAsync("tcp", "5555"));
        await one.EngineAsync();
        await two.EngineAsync();

        using var asking = Neighbour(one, 900_003);
        Assert.Equal(0, await asking.RunAsync("stop", "--all"));

        Assert.Equal(0, await runOne);
        Assert.Equal(0, await runTwo);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("--all")]
    public async Task StopOfNothing_SaysSo(string what)
    {
        using var world = new CliWorld();

        Assert.Equal(2, await world.RunAsync("stop", what));
        Assert.StartsWith("error MP-1007", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SocketOfADeadProcess_IsRemoved()
    {
        using var world = new CliWorld();
        // Above the largest process id that Linux can be configured to give.
        var dead = Path.Combine(world.StateFolder, "run", "4194399.sock");
        Directory.CreateDirectory(Path.GetDirectoryName(dead) ?? ".");
        using (var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            listener.Bind(new UnixDomainSocketEndPoint(dead));
        }

        await File.WriteAllTextAsync(dead, "");
        Assert.Equal(0, await world.RunAsync("ps"));

        Assert.False(File.Exists(dead));
        Assert.Equal(["no mport is running"], world.Out.Lines);
    }

    [Fact]
    public async Task EndOfARun_LeavesNoSocket_AndTheFolderIsTheOwnersAlone()
    {
        using var world = new CliWorld();
        var run = world.RunLoggedInAsync("http", "3000");
        await world.EngineAsync();
        var folder = Path.Combine(world.StateFolder, "run");
        Assert.Single(Directory.GetFiles(folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        world.Signals.Raise();
        await run;

        Assert.Empty(Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData("garbage\n")]
    [InlineData("null\n")]
    [InlineData("")]
    public async Task OtherWordsAtTheSocket_DoNoHarm(string words)
    {
        using var world = new CliWorld { ProcessId = 900_001 };
        var run = world.RunLoggedInAsync("http", "3000");
        await world.EngineAsync();
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(world.StateFolder, "run", "900001.sock"))).Limited("a connection to the process");
            await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(words));
        }

        using var asking = Neighbour(world, 900_002);
        Assert.Equal(0, await asking.RunAsync("ps", "--json"));

        Assert.Equal("http-3000", JsonDocument.Parse(Assert.Single(asking.Out.Lines)).RootElement.GetProperty("tunnel").GetString());
        world.Signals.Raise();
        await run;
    }

    [Fact]
    public async Task FolderThatCannotBeUsed_LeavesTheTunnelRunning()
    {
        using var world = new CliWorld();
        Directory.CreateDirectory(world.StateFolder);
        await File.WriteAllTextAsync(Path.Combine(world.StateFolder, "run"), "a file in the way");
        var run = world.RunLoggedInAsync("http", "3000");
        var engine = await world.EngineAsync();
        await world.Error.WhenAsync("warning: `mport ps` and `mport stop` will not see this process");
        engine.Ready("https://web.example");
        await world.Out.WhenAsync("https://web.example");
        world.Signals.Raise();

        Assert.Equal(0, await run);
    }

    [Fact]
    public async Task Status_ShowsTheConfiguredEdgeAndWhatRuns()
    {
        using var world = new CliWorld();
        world.WriteConfig($"server: edge.example\ntoken: {CliWorld.Token}\npin: {CliWorld.Pin}\n");

        Assert.Equal(0, await world.RunAsync("status"));

        Assert.Equal(
            [
                "edge     edge.example:8443",
                "login    token mpt_01JABCDEFGHJKMNPQRSTVWXYZ0",
                $"trusts   {CliWorld.Pin}",
                $"config   {world.ConfigPath}",
                "no mport is running",
            ],
            world.Out.Lines);
        Assert.DoesNotContain(CliWorld.Token, world.Out.Text, StringComparison.Ordinal);
    }
}
