using System.Text.Json;
using Mport.EndToEnd.Tests.Kit;
using Mport.EndToEnd.Tests.Tcp;
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

    [Fact]
    public async Task RunningClient_IsListedAndStoppedByName()
    {
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(shared.Edge, target.Port, "--name", "listed");
        var environment = tunnel.Home.Environment(shared.Edge);

        using var line = JsonDocument.Parse((await Ran.ToEndAsync(Programs.Client, ["ps", "--json"], environment)).Succeeded());
        Assert.Equal("listed", line.RootElement.GetProperty("tunnel").GetString());
        Assert.Equal(tunnel.Url, new Uri(line.RootElement.GetProperty("url").GetString() ?? ""));
        Assert.Equal("online", line.RootElement.GetProperty("state").GetString());
        Assert.Equal(tunnel.Client.Process.Id, line.RootElement.GetProperty("pid").GetInt32());

        var status = (await Ran.ToEndAsync(Programs.Client, ["status"], environment)).Succeeded();
        Assert.Contains($"127.0.0.1:{shared.Edge.TlsPort}", status, StringComparison.Ordinal);
        Assert.Contains("listed", status, StringComparison.Ordinal);
        Assert.DoesNotContain(shared.Edge.Token, status, StringComparison.Ordinal);

        (await Ran.ToEndAsync(Programs.Client, ["stop", "listed"], environment)).Succeeded();
        Assert.Equal(0, await tunnel.Client.ExitAsync());
        Assert.Equal("no mport is running", (await Ran.ToEndAsync(Programs.Client, ["ps"], environment)).Succeeded());
    }

    [Fact]
    public async Task LoggedInClient_NeedsNoFurtherOptions()
    {
        await using var target = TargetServers.Echo();
        using var home = new ClientHome();
        var login = await Ran.ToEndAsync(
            Programs.Client, ["login", $"127.0.0.1:{shared.Edge.TlsPort}", "--token", shared.Edge.Token, "--pin", shared.Edge.Pin], home.Environment());
        login.Succeeded();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(home.ConfigFile));

        await using var client = ClientProcess.Start(home.Environment(), "tcp", $"{target.Port}");

        Assert.Equal("works", await Visitor.ExchangeAsync(await client.ReadyAsync(), "works"));
    }

    [Fact]
    public async Task TunnelsOfTheConfigurationFile_AreStartedByName()
    {
        await using var echo = TargetServers.Echo();
        await using var counter = TargetServers.AnswersAtEnd();
        using var home = new ClientHome();
        Directory.CreateDirectory(Path.GetDirectoryName(home.ConfigFile) ?? "");
        await File.WriteAllTextAsync(
            home.ConfigFile,
            $"""
            tunnels:
              first:
                proto: tcp
                target: {echo.Port}
              second:
                proto: tcp
                target: {counter.Port}

            """);
        await using var client = ClientProcess.Start(shared.Edge, home, "start", "--all");
        var ready = new[] { await client.NextAsync("tunnel.ready"), await client.NextAsync("tunnel.ready") }.ToDictionary(one => one["tunnel"], one => new Uri(one["url"]));

        Assert.Equal("hello", await Visitor.ExchangeAsync(ready["first"], "hello"));
        Assert.Equal("5 bytes", await Visitor.ExchangeAsync(ready["second"], "hello"));
    }
}
