using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Testing;

namespace Mport.Cli.Tests.Commands;

public sealed class LoginCommandTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task RightToken_IsTriedAndStored_ForTheOwnerAlone()
    {
        using var world = new CliWorld { Time = new ManualTimeProvider() };
        await using var edge = new FakeEdge();

        Assert.Equal(0, await world.RunAsync("login", $"127.0.0.1:{edge.Port}", "--token", CliWorld.Token, "--pin", edge.Pin.ToString()));

        Assert.Equal($"server: 127.0.0.1:{edge.Port}\ntoken: {CliWorld.Token}\npin: {edge.Pin}\n", await File.ReadAllTextAsync(world.ConfigPath));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(world.ConfigPath));
        Assert.StartsWith($"logged in to 127.0.0.1:{edge.Port} as ", world.Error.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(CliWorld.Token, world.Error.Text + world.Out.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RestOfTheFile_StaysAsItWas()
    {
        using var world = new CliWorld();
        await using var edge = new FakeEdge();
        world.WriteConfig("# mine\nserver: old.example # the old one\npin: sha256:" + new string('0', 64) + "\n\ntunnels: # all of them\n  web: {proto: http, target: 3000}\n");
        File.SetUnixFileMode(world.ConfigPath, OwnerOnly | UnixFileMode.OtherRead);

        Assert.Equal(0, await world.RunAsync("login", $"127.0.0.1:{edge.Port}", "--token", CliWorld.Token, "--pin", edge.Pin.ToString()));

        Assert.Equal(
            $"# mine\nserver: 127.0.0.1:{edge.Port} # the old one\npin: {edge.Pin}\ntoken: {CliWorld.Token}\n\ntunnels: # all of them\n  web: {{proto: http, target: 3000}}\n",
            await File.ReadAllTextAsync(world.ConfigPath));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(world.ConfigPath));
    }

    [Fact]
    public async Task SameEdgeAgain_KeepsItsPin()
    {
        using var world = new CliWorld();
        await using var edge = new FakeEdge();
        world.WriteConfig($"server: 127.0.0.1:{edge.Port}\npin: {edge.Pin}\ntoken: mpt_broken\n");
        // The broken token must not stand in the way of mending it.
        world.Typed = new Secret(CliWorld.Token);

        Assert.Equal(8, await world.RunAsync("login", $"127.0.0.1:{edge.Port}", "--token", "-"));
        world.WriteConfig($"server: 127.0.0.1:{edge.Port}\npin: {edge.Pin}\n");
        Assert.Equal(0, await world.RunAsync("login", $"127.0.0.1:{edge.Port}", "--token", "-"));

        Assert.Equal($"server: 127.0.0.1:{edge.Port}\npin: {edge.Pin}\ntoken: {CliWorld.Token}\n", await File.ReadAllTextAsync(world.ConfigPath));
    }

    [Fact]
    public async Task TokenFromTheEnvironment_IsTaken()
    {
        using var world = new CliWorld();
        await using var edge = new FakeEdge();
        world.Variables["MPORT_TOKEN"] = CliWorld.Token;
        world.Variables["MPORT_PIN"] = edge.Pin.ToString();

        Assert.Equal(0, await world.RunAsync("login", $"localhost:{edge.Port}"));
    }

    [Fact]
    public async Task TokenThatIsNone_IsRefusedBeforeAnythingIsSent()
    {
        using var world = new CliWorld { Typed = new Secret("mpt_cut") };
        await using var edge = new FakeEdge();

        Assert.Equal(4, await world.RunAsync("login", $"127.0.0.1:{edge.Port}", "--token", "-", "--pin", edge.Pin.ToString()));

        Assert.StartsWith("error MP-1102", world.Error.Text, StringComparison.Ordinal);
        Assert.Equal(0, edge.Greetings);
    }

    [Fact]
    public async Task NoToken_IsToldSo()
    {
        using var world = new CliWorld();

        Assert.Equal(4, await world.RunAsync("login", "edge.example", "--token", "-"));
        Assert.StartsWith("error MP-1101", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefusedToken_IsNotStored()
    {
        using var world = new CliWorld();
        await using var edge = new FakeEdge { Admit = _ => Failure.Of(AccountErrors.TokenExpired) };

        Assert.Equal(4, await world.RunAsync("login", $"127.0.0.1:{edge.Port}", "--token", CliWorld.Token, "--pin", edge.Pin.ToString()));

        Assert.StartsWith("error MP-1105", world.Error.Text, StringComparison.Ordinal);
        Assert.False(File.Exists(world.ConfigPath));
    }

    [Fact]
    public async Task WrongPin_IsRefused_AndNothingIsSent()
    {
        using var world = new CliWorld();
        await using var edge = new FakeEdge();

        Assert.Equal(8, await world.RunAsync("login", $"127.0.0.1:{edge.Port}", "--token", CliWorld.Token, "--pin", CliWorld.Pin));

        Assert.StartsWith("error MP-1303", world.Error.Text, StringComparison.Ordinal);
        Assert.Equal(0, edge.Greetings);
    }

    [Fact]
    public async Task UnknownAuthority_IsRefused_AndThePinIsShownForComparison()
    {
        using var world = new CliWorld();
        await using var edge = new FakeEdge();

        Assert.Equal(8, await world.RunAsync("login", $"127.0.0.1:{edge.Port}", "--token", CliWorld.Token));

        Assert.StartsWith("error MP-1304", world.Error.Text, StringComparison.Ordinal);
        Assert.Contains(edge.Pin.ToString(), world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InsecureLogin_StoresNoTrust()
    {
        using var world = new CliWorld();
        await using var edge = new FakeEdge();

        Assert.Equal(0, await world.RunAsync("login", $"127.0.0.1:{edge.Port}", "--token", CliWorld.Token, "--insecure"));

        Assert.Equal($"server: 127.0.0.1:{edge.Port}\ntoken: {CliWorld.Token}\n", await File.ReadAllTextAsync(world.ConfigPath));
        Assert.Contains($"--pin {edge.Pin}", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNoEdge_IsToldSo()
    {
        using var world = new CliWorld();
        await using var other = ScriptedServer.Start(async (socket, stop) => await socket.SendAsync("SSH-2.0-x\r\n"u8.ToArray(), stop));

        Assert.Equal(8, await world.RunAsync("login", $"127.0.0.1:{other.Port}", "--token", CliWorld.Token));
        Assert.StartsWith("error MP-1305", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyThere_IsToldSo()
    {
        using var world = new CliWorld();
        using var nobody = new ReservedPort();

        Assert.Equal(8, await world.RunAsync("login", $"127.0.0.1:{nobody.Port}", "--token", CliWorld.Token));
        Assert.StartsWith("error MP-1301", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileWithOtherProblems_IsLeftAlone()
    {
        using var world = new CliWorld();
        await using var edge = new FakeEdge();
        world.WriteConfig("sever: x\n");

        Assert.Equal(3, await world.RunAsync("login", $"127.0.0.1:{edge.Port}", "--token", CliWorld.Token, "--pin", edge.Pin.ToString()));

        Assert.Equal("sever: x\n", await File.ReadAllTextAsync(world.ConfigPath));
        Assert.Contains("did you mean \"server\"?", world.Error.Text, StringComparison.Ordinal);
    }
}
