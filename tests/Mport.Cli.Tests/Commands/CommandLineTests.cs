using Mport.Client;
using Mport.Protocol.Errors;

namespace Mport.Cli.Tests.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData(2, "MP-1001", "htpp", "3000")]
    [InlineData(2, "MP-1001", "nonsense")]
    [InlineData(2, "MP-1001", "http")]
    [InlineData(2, "MP-1001", "http", "3000", "--nope")]
    [InlineData(2, "MP-1001", "tcp", "5555", "--remote-port", "70000")]
    [InlineData(2, "MP-1001", "tcp", "5555", "--wait", "soon")]
    [InlineData(2, "MP-1001", "tcp", "5555", "--log-level", "loud")]
    [InlineData(2, "MP-1001", "start")]
    [InlineData(2, "MP-1001", "start", "a", "--all")]
    [InlineData(2, "MP-1001", "tcp", "6000-6010", "--remote-port", "21000-21005")]
    [InlineData(2, "MP-1001", "tcp", "6000-6010", "--remote-port", "65530")]
    [InlineData(2, "MP-1001", "tcp", "6000", "--remote-port", "21000-21005")]
    [InlineData(2, "MP-1001", "tcp", "6000", "--subdomain", "x")]
    [InlineData(2, "MP-1001", "http", "6000-6010")]
    [InlineData(2, "MP-1001", "http", "3000", "--proxy-protocol", "2")]
    [InlineData(2, "MP-1001", "tcp", "3000", "--proxy-protocol", "3")]
    [InlineData(2, "MP-1001", "tcp", "3000", "--sticky")]
    [InlineData(2, "MP-1001", "udp", "3000", "--health-check")]
    [InlineData(2, "MP-1001", "tcp", "3000", "--health-check", "udp")]
    [InlineData(2, "MP-1001", "tcp", "3000", "--health-check", "/a b")]
    [InlineData(2, "MP-1001", "tcp", "3000", "--health-interval", "5s")]
    [InlineData(2, "MP-1001", "tcp", "3000", "--health-check", "--health-interval", "500ms")]
    [InlineData(2, "MP-1001", "tcp", "3000", "--health-check", "--health-timeout", "61s")]
    [InlineData(2, "MP-1001", "tcp", "3000", "--health-check", "--health-threshold", "0")]
    [InlineData(2, "MP-1006", "tcp", "6000-6100")]
    [InlineData(2, "MP-1006", "tcp", "6010-6000")]
    [InlineData(2, "MP-1006", "udp", "nas.lan:65530-65536")]
    [InlineData(2, "MP-1201", "tcp", "3000", "--group", "Not a name")]
    [InlineData(2, "MP-1201", "tcp", "6000-6010", "--name", "abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-abcdefghi")]
    [InlineData(2, "MP-1006", "http", "70000")]
    [InlineData(2, "MP-1006", "http", "https://localhost:8443")]
    [InlineData(2, "MP-1006", "http", "file:///srv/www")]
    [InlineData(2, "MP-1006", "https://localhost:8443")]
    [InlineData(2, "MP-1201", "http", "3000", "--name", "Not a name")]
    [InlineData(2, "MP-1201", "http", "3000", "--subdomain", "-x")]
    [InlineData(2, "MP-1001", "http", "3000", "--basic-auth", "ann")]
    [InlineData(2, "MP-1001", "http", "3000", "--request-header-add", "X-A")]
    [InlineData(2, "MP-1001", "tcp", "3000", "--basic-auth", "ann:x")]
    [InlineData(3, "MP-1602", "http", "3000", "--policy", "/nowhere/rules.yml")]
    [InlineData(3, "MP-1004", "start", "web")]
    [InlineData(3, "MP-1003", "http", "3000", "--config", "/nowhere/mport.yml")]
    public async Task WrongCommandLine_HasItsCodeAndExit(int exit, string code, params string[] arguments)
    {
        using var world = new CliWorld();
        world.Variables["MPORT_SERVER"] = "edge.example";
        world.Variables["MPORT_TOKEN"] = CliWorld.Token;

        Assert.Equal(exit, await world.RunAsync(arguments));
        Assert.StartsWith($"error {code}: ", world.Error.Text, StringComparison.Ordinal);
        Assert.Equal("", world.Out.Text);
    }

    [Fact]
    public async Task MistypedCommand_IsCorrected()
    {
        using var world = new CliWorld();
        await world.RunAsync("htpp", "3000");

        Assert.Contains("Did you mean `mport http`?", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoEdge_IsConfiguration()
    {
        using var world = new CliWorld();

        Assert.Equal(3, await world.RunAsync("http", "3000"));
        Assert.StartsWith("error MP-1005", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoToken_IsNotLoggedIn()
    {
        using var world = new CliWorld();

        Assert.Equal(4, await world.RunAsync("http", "3000", "--server", "edge.example"));
        Assert.StartsWith("error MP-1101", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BrokenConfiguration_TellsAllProblems_AlsoAsJson()
    {
        using var world = new CliWorld();
        world.WriteConfig("sever: x\npni: y\n");

        Assert.Equal(3, await world.RunAsync("http", "3000", "--json"));
        Assert.Equal(2, world.Error.Lines.Length);
        Assert.Equal(2, world.Out.Lines.Length);
        Assert.Contains("mport.yml:2: unknown key \\u0022pni\\u0022", world.Out.Lines[1], StringComparison.Ordinal);
    }

    public static TheoryData<string[], TunnelSpec> Tunnels => new()
    {
        { ["3000"], new TunnelSpec { Name = "http-3000", Kind = TunnelKind.Http, Target = new TargetAddress("127.0.0.1", 3000) } },
        { ["http", "http://localhost:3000"], new TunnelSpec { Name = "http-3000", Kind = TunnelKind.Http, Target = new TargetAddress("localhost", 3000) } },
        { ["nas.lan:80", "--subdomain", "nas"], new TunnelSpec { Name = "http-nas-lan-80", Kind = TunnelKind.Http, Target = new TargetAddress("nas.lan", 80), Subdomain = "nas" } },
        { ["tcp", "[::1]:22", "--remote-port", "20022", "--name", "ssh", "--takeover"], new TunnelSpec { Name = "ssh", Kind = TunnelKind.Tcp, Target = new TargetAddress("::1", 22), RemotePort = 20022, Takeover = true } },
        { ["udp", "19132"], new TunnelSpec { Name = "udp-19132", Kind = TunnelKind.Udp, Target = new TargetAddress("127.0.0.1", 19132) } },
        { ["tcp+udp", "5201", "--remote-port", "20201"], new TunnelSpec { Name = "tcp-udp-5201", Kind = TunnelKind.TcpUdp, Target = new TargetAddress("127.0.0.1", 5201), RemotePort = 20201 } },
        { ["tcp", "22", "--proxy-protocol", "2"], new TunnelSpec { Name = "tcp-22", Kind = TunnelKind.Tcp, Target = new TargetAddress("127.0.0.1", 22), ProxyProtocol = 2 } },
        { ["3000", "--group", "web", "--sticky"], new TunnelSpec { Name = "web", Kind = TunnelKind.Http, Target = new TargetAddress("127.0.0.1", 3000), Group = "web", Sticky = true } },
        { ["http", "3000", "--group", "web", "--name", "shop", "--health-check", "/healthz"], new TunnelSpec { Name = "shop", Kind = TunnelKind.Http, Target = new TargetAddress("127.0.0.1", 3000), Group = "web", Health = new HealthCheck { Path = "/healthz" } } },
        {
            ["tcp", "3000", "--health-check", "--health-interval", "2s", "--health-timeout", "500ms", "--health-threshold", "1"],
            new TunnelSpec { Name = "tcp-3000", Kind = TunnelKind.Tcp, Target = new TargetAddress("127.0.0.1", 3000), Health = new HealthCheck { Interval = TimeSpan.FromSeconds(2), Timeout = TimeSpan.FromMilliseconds(500), Threshold = 1 } }
        },
        { ["start", "game-6001"], new TunnelSpec { Name = "game-6001", Kind = TunnelKind.Udp, Target = new TargetAddress("nas.lan", 6001), RemotePort = 21001 } },
        { ["start", "phone", "--takeover"], new TunnelSpec { Name = "phone", Kind = TunnelKind.Tcp, Target = new TargetAddress("127.0.0.1", 5555), RemotePort = 20005, Takeover = true } },
    };

    [Theory]
    [MemberData(nameof(Tunnels))]
    public async Task CommandLine_BecomesATunnel(string[] arguments, TunnelSpec expected)
    {
        using var world = new CliWorld();
        world.WriteConfig("tunnels:\n  web: {proto: http, target: 3000}\n  phone: {proto: tcp, target: 5555, remote_port: 20005}\n  game: {proto: udp, target: 'nas.lan:6000-6002', remote_port: 21000}\n");
        var run = world.RunLoggedInAsync([.. arguments, "--fail-fast"]);
        var engine = await world.EngineAsync();
        world.Signals.Raise();
        await run;

        Assert.Equal(expected, Assert.Single(engine.Options.Tunnels));
        Assert.True(engine.Options.FailFast);
        Assert.Equal(new EdgeAddress("edge.example", 8443), engine.Options.Edge);
        Assert.Equal(CliWorld.Token, engine.Options.Token.Reveal());
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(world.StateFolder, "client-id")), engine.Options.ClientId);
    }

    public static TheoryData<string[], string[]> Ranges => new()
    {
        { ["tcp", "6000-6002"], ["tcp-6000 127.0.0.1:6000 ", "tcp-6001 127.0.0.1:6001 ", "tcp-6002 127.0.0.1:6002 "] },
        { ["udp", "[::1]:6000-6001", "--remote-port", "21000"], ["udp-1-6000 [::1]:6000 21000", "udp-1-6001 [::1]:6001 21001"] },
        { ["tcp+udp", "nas.lan:6000-6001", "--remote-port", "21000-21001", "--name", "nas"], ["nas-6000 nas.lan:6000 21000", "nas-6001 nas.lan:6001 21001"] },
        { ["tcp", "6000-6001", "--group", "pair"], ["pair-6000 127.0.0.1:6000 ", "pair-6001 127.0.0.1:6001 "] },
        { ["start", "game"], ["game-7000 127.0.0.1:7000 21000", "game-7001 127.0.0.1:7001 21001"] },
        { ["start", "game", "game-7001"], ["game-7000 127.0.0.1:7000 21000", "game-7001 127.0.0.1:7001 21001"] },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public async Task RangeOfPorts_IsATunnelForEach(string[] arguments, string[] expected)
    {
        using var world = new CliWorld();
        world.WriteConfig("tunnels:\n  game: {proto: udp, target: 7000-7001, remote_port: 21000-21001}\n");
        var run = world.RunLoggedInAsync(arguments);
        var engine = await world.EngineAsync();
        world.Signals.Raise();
        await run;

        Assert.Equal(expected, engine.Options.Tunnels.Select(tunnel => $"{tunnel.Name} {tunnel.Target} {tunnel.RemotePort}"));
    }

    [Fact]
    public async Task LongestRange_HasAHundredTunnels()
    {
        using var world = new CliWorld();
        var run = world.RunLoggedInAsync("tcp", "6000-6099");
        var engine = await world.EngineAsync();
        world.Signals.Raise();
        await run;

        Assert.Equal(100, engine.Options.Tunnels.Count);
    }

    [Fact]
    public async Task ProxyHeaderOnHttp_IsRefusedWithTheReason()
    {
        using var world = new CliWorld();

        Assert.Equal(2, await world.RunLoggedInAsync("http", "3000", "--proxy-protocol", "2"));
        Assert.Contains("serve several visitors each", world.Error.Text, StringComparison.Ordinal);
        Assert.Contains("remove --proxy-protocol (X-Forwarded-For names the visitor)", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OptionsBeforeTheCommand_CountToo()
    {
        using var world = new CliWorld();

        Assert.Equal(3, await world.RunAsync("--json", "http", "3000"));
        Assert.StartsWith("{\"event\":\"error\",\"code\":\"MP-1005\"", world.Out.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExposedTokenFile_IsWarnedOf()
    {
        using var world = new CliWorld();
        world.WriteConfig($"server: edge.example\ntoken: {CliWorld.Token}\n");
        File.SetUnixFileMode(world.ConfigPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var run = world.RunAsync("http", "3000");
        await world.EngineAsync();
        await world.Error.WhenAsync("run `chmod 600` on it");
        world.Signals.Raise();

        Assert.Equal(130, await run);
    }

    [Fact]
    public async Task NoArguments_ShowTheHelp()
    {
        using var world = new CliWorld();

        Assert.Equal(2, await world.RunAsync());
        Assert.Contains("Usage:", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_NamesEveryPromisedOption()
    {
        using var world = new CliWorld();

        Assert.Equal(0, await world.RunAsync("--help"));
        Assert.All(
            ["--server", "--token", "--pin", "--insecure", "--name", "--takeover", "--config", "--json", "--log-level", "--fail-fast", "--require-target", "--wait",
             "login", "http", "tcp", "udp", "tcp+udp", "--group", "--sticky", "--health-check", "start", "config", "status", "ps", "stop", "version", "doctor", "explain", "completion"],
            (string name) => Assert.Contains(name, world.Out.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Version_NamesProgramAndProtocol()
    {
        using var world = new CliWorld();

        Assert.Equal(0, await world.RunAsync("version", "--json"));
        Assert.Equal("""{"version":"0.1.0","protocol":1}""", Assert.Single(world.Out.Lines));
    }

    [Theory]
    [InlineData("MP-1203")]
    [InlineData("mp-1203")]
    [InlineData("1203")]
    public async Task Explain_SaysWhatWhyAndWhatToDo(string code)
    {
        using var world = new CliWorld();

        Assert.Equal(0, await world.RunAsync("explain", code));
        Assert.Equal(
            ["MP-1203 The name belongs to another account", TunnelErrors.NameTaken.Why, "What to do: " + TunnelErrors.NameTaken.Fix],
            world.Out.Lines);
    }

    [Fact]
    public async Task ExplainWithoutACode_ListsAll()
    {
        using var world = new CliWorld();

        Assert.Equal(0, await world.RunAsync("explain"));
        Assert.NotEmpty(ErrorCatalog.All);
        Assert.Equal(ErrorCatalog.All.Select(error => error.ToString()), world.Out.Lines);
    }

    [Fact]
    public async Task ExplainOfNoCode_IsUsage()
    {
        using var world = new CliWorld();

        Assert.Equal(2, await world.RunAsync("explain", "MP-9999"));
    }
}
