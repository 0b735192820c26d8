using Mport.Cli.Configuration;
using Mport.Client;

namespace Mport.Cli.Tests.Configuration;

public sealed class ConfigReaderTests
{
    private static Checked<ConfigFile> Read(string text) => ConfigReader.Read("/c/mport.yml", text);

    private static string[] Problems(string text) => [.. Read(text).Failures.Select(failure => failure.ToString())];

    [Fact]
    public void WholeFile_IsRead()
    {
        var file = Read($"""
            # my edge
            server: edge.example:9443
            token: {CliWorld.Token}
            pin: {CliWorld.Pin}
            tunnels:
              web:
                proto: http
                target: 3000
                subdomain: shop
              phone:
                proto: tcp
                target: 192.168.1.7:5555
                remote_port: 20005
                takeover: true
              game:
                proto: udp
                target: nas.lan:6000-6001
                remote_port: 21000
              perf:
                proto: tcp+udp
                target: 5201
                group: perf
                sticky: true
                proxy_protocol: 2
                health:
                  path: /healthz
                  interval: 5s
                  timeout: 1s
                  threshold: 2
              db:
                proto: tcp
                target: 5432
                health: tcp
            """).Value;

        Assert.NotNull(file);
        Assert.Equal(new EdgeAddress("edge.example", 9443), file.Server);
        Assert.Equal(CliWorld.Token, file.Token?.Reveal());
        Assert.Equal(CliWorld.Pin, file.Pin?.ToString());
        Assert.Equal(
            [
                new TunnelSpec { Name = "web", Kind = TunnelKind.Http, Target = new TargetAddress("127.0.0.1", 3000), Subdomain = "shop" },
                new TunnelSpec { Name = "phone", Kind = TunnelKind.Tcp, Target = new TargetAddress("192.168.1.7", 5555), RemotePort = 20005, Takeover = true },
                new TunnelSpec { Name = "game-6000", Kind = TunnelKind.Udp, Target = new TargetAddress("nas.lan", 6000), RemotePort = 21000 },
                new TunnelSpec { Name = "game-6001", Kind = TunnelKind.Udp, Target = new TargetAddress("nas.lan", 6001), RemotePort = 21001 },
                new TunnelSpec
                {
                    Name = "perf", Kind = TunnelKind.TcpUdp, Target = new TargetAddress("127.0.0.1", 5201), Group = "perf", Sticky = true, ProxyProtocol = 2,
                    Health = new HealthCheck { Path = "/healthz", Interval = TimeSpan.FromSeconds(5), Timeout = TimeSpan.FromSeconds(1), Threshold = 2 },
                },
                new TunnelSpec { Name = "db", Kind = TunnelKind.Tcp, Target = new TargetAddress("127.0.0.1", 5432), Health = new HealthCheck() },
            ],
            file.Tunnels);
        Assert.Equal(["web", "phone", "game", "perf", "db"], file.Sections.Select(section => section.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("tunnels:\n")]
    [InlineData("---\n")]
    public void FileWithNothingInIt_IsValid(string text)
    {
        var file = Read(text);

        Assert.Empty(file.Failures);
        Assert.Empty(file.Value?.Tunnels ?? []);
    }

    [Fact]
    public void UnknownKey_IsNamedWithItsLineAndTheNearestKnownOne() => Assert.Equal(
        ["MP-1002: /c/mport.yml:2: unknown key \"sever\"; did you mean \"server\"?"],
        Problems("# edge\nsever: a\n"));

    [Fact]
    public void UnknownKeyOfATunnel_IsNamedToo() => Assert.Equal(
        ["MP-1002: /c/mport.yml:5: unknown key \"remoteport\"; did you mean \"remote_port\"?"],
        Problems("tunnels:\n  a:\n    proto: tcp\n    target: 1\n    remoteport: 2\n"));

    [Fact]
    public void UnknownKeyFarFromAll_ListsTheKeys() => Assert.Contains("the keys here are server, token, pin", Assert.Single(Problems("colour: red\n")));

    [Fact]
    public void AllProblems_AreToldTogetherInTheOrderOfTheirLines()
    {
        var problems = Problems("server: [a]\npin: md5:1\ninsecure: perhaps\ntunnels:\n  Web:\n    proto: sctp\n    target: 70000\n  x: 3\n");

        Assert.Collection(
            problems,
            problem => Assert.Contains(":1: \"server\" takes one value, not a list", problem),
            problem => Assert.Contains(":2: \"pin\" is \"md5:1\"", problem),
            problem => Assert.Contains(":3: \"insecure\" is \"perhaps\"; it takes true or false", problem),
            problem => Assert.Contains(":5: The name \"Web\" cannot be used", problem),
            problem => Assert.Contains(":6: \"proto\" is \"sctp\"; this version carries http, tcp, tls, udp, tcp+udp", problem),
            problem => Assert.Contains(":7: The target \"70000\"", problem),
            problem => Assert.Contains(":8: the tunnel \"x\" takes keys of its own", problem));
    }

    [Theory]
    [InlineData("server:\n", ":1: \"server\" has no value")]
    [InlineData("server: a b\n", ":1: \"server\" is \"a b\"")]
    [InlineData("token: mpt_short\n", ":1: \"token\" is not a whole token (MP-1102)")]
    [InlineData("- a\n- b\n", ":1: the file is not a list of \"key: value\" lines")]
    [InlineData("tunnels: [a]\n", ":1: \"tunnels\" takes a group of names")]
    [InlineData("a: 1\n b: 2\n", ":2: this is not YAML")]
    [InlineData("server: a\nserver: b\n", ":2: this is not YAML")]
    [InlineData("server: a\n---\nserver: b\n", ":3: a second YAML document")]
    [InlineData("? [a]\n: 1\n", ":1: a key must be a plain word")]
    [InlineData("tunnels:\n  a:\n    target: 1\n", ":2: the tunnel \"a\" has no \"proto\"")]
    [InlineData("tunnels:\n  a:\n    proto: tcp\n", ":2: the tunnel \"a\" has no \"target\"")]
    [InlineData("tunnels:\n  a:\n    proto: tcp\n    target: 1\n    subdomain: x\n", ":2: the tunnel \"a\" is tcp, which has a public port and no host of its own; remove \"subdomain\"")]
    [InlineData("tunnels:\n  a:\n    proto: tcp\n    target: 1\n    domain: a.example.com\n", ":2: the tunnel \"a\" is tcp, which has a public port and no host of its own; remove \"domain\"")]
    [InlineData("tunnels:\n  a:\n    proto: tls\n    target: 1\n    path: /a\n", ":2: the tunnel \"a\" is tls, of which the edge sees no path; remove \"path\"")]
    [InlineData("tunnels:\n  a:\n    proto: http\n    target: 1\n    domain: [a.example.com, b]\n", ":5: \"b\" is not a host name such as shop.example.com")]
    [InlineData("tunnels:\n  a:\n    proto: http\n    target: 1\n    path: a\n", ":5: The path \"a\" cannot be used")]
    [InlineData("tunnels:\n  a:\n    proto: http\n    target: 1\n    remote_port: 7\n", ":2: the tunnel \"a\" is http, which has no public port")]
    [InlineData("tunnels:\n  a:\n    proto: http\n    target: 1\n    proxy_protocol: 1\n", ":2: the tunnel \"a\" is http, whose connections to the target serve several visitors each")]
    [InlineData("tunnels:\n  a:\n    proto: http\n    target: 1-2\n", ":2: the tunnel \"a\" is http, which takes one port")]
    [InlineData("tunnels:\n  a:\n    proto: udp\n    target: 1\n    health: tcp\n", ":2: the tunnel \"a\" is udp, and a health check connects by TCP; remove \"health\"")]
    [InlineData("tunnels:\n  a:\n    proto: tcp\n    target: 1\n    sticky: true\n", ":2: the tunnel \"a\" is in no group")]
    [InlineData("tunnels:\n  a:\n    proto: tcp\n    target: 1-3\n    remote_port: 20-21\n", ":2: the tunnel \"a\" has 3 target ports and 2 public ports")]
    [InlineData("tunnels:\n  a:\n    proto: tcp\n    target: 1-101\n", ":4: The target \"1-101\" has 101 ports; a range has at most 100")]
    [InlineData("tunnels:\n  a-2:\n    proto: tcp\n    target: 1\n  a:\n    proto: tcp\n    target: 1-2\n", ":5: the range \"a\" has a tunnel \"a-2\", and another of that name is in the file")]
    [InlineData("tunnels:\n  a:\n    proto: tcp\n    target: 1\n    proxy_protocol: 3\n", ":5: \"proxy_protocol\" is \"3\"; it takes 1 or 2")]
    [InlineData("tunnels:\n  a:\n    proto: tcp\n    target: 1\n    group: Web\n", ":5: The name \"Web\" cannot be used")]
    [InlineData("tunnels:\n  a:\n    proto: tcp\n    target: 1\n    health: {path: healthz}\n", ":5: \"path\" is \"healthz\"; it takes tcp, or the path")]
    [InlineData("tunnels:\n  a:\n    proto: tcp\n    target: 1\n    health: {interval: 2h}\n", ":5: \"interval\" is \"2h\"; it takes a time from 1s to 1h")]
    [InlineData("tunnels:\n  a:\n    proto: tcp\n    target: 1\n    health: {pth: /}\n", ":5: unknown key \"pth\"; did you mean \"path\"?")]
    [InlineData("tunnels:\n  a:\n    proto: tcp\n    target: 1\n    health: [1]\n", ":5: \"health\" takes tcp, a path, or a group of keys")]
    [InlineData("tunnels:\n  a:\n    proto: tcp\n    target: 1\n    remote_port: many\n", ":5: \"remote_port\" is \"many\"")]
    [InlineData("tunnels:\n  a:\n    proto: http\n    target: https://localhost:1\n", ":4: The target \"https://localhost:1\" cannot be used: this version carries http targets only")]
    public void WrongFile_SaysWhatIsWrongAndWhere(string text, string expected) => Assert.Contains(expected, Assert.Single(Problems(text)));

    [Fact]
    public void InsecureBesideAPin_IsRefused() => Assert.Contains("contradict each other", Assert.Single(Problems($"pin: {CliWorld.Pin}\ninsecure: true\n")));

    [Fact]
    public void TokenInTheFile_IsNeverRepeatedInAProblem() => Assert.DoesNotContain("mpt_short", Assert.Single(Problems("token: mpt_short\n")));
}
