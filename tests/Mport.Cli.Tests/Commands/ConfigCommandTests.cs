namespace Mport.Cli.Tests.Commands;

public sealed class ConfigCommandTests
{
    [Fact]
    public async Task Path_IsTheDefault_TheVariable_OrTheOption()
    {
        using var world = new CliWorld();
        await world.RunAsync("config", "path");
        world.Variables["MPORT_CONFIG"] = "/from/variable.yml";
        await world.RunAsync("config", "path");
        await world.RunAsync("config", "path", "--config", "/from/option.yml");

        Assert.Equal([world.ConfigPath, "/from/variable.yml", "/from/option.yml"], world.Out.Lines);
    }

    [Fact]
    public async Task CheckOfAGoodFile_NamesItsTunnels()
    {
        using var world = new CliWorld();
        world.WriteConfig("server: edge.example\ntunnels:\n  web: {proto: http, target: 3000}\n");

        Assert.Equal(0, await world.RunAsync("config", "check"));
        Assert.Equal([$"{world.ConfigPath}: ok, server edge.example:8443, no token, tunnels web"], world.Out.Lines);
    }

    [Fact]
    public async Task CheckOfABadFile_ListsEachLine()
    {
        using var world = new CliWorld();
        world.WriteConfig("sever: x\ntunnels:\n  web: {proto: http}\n");

        Assert.Equal(3, await world.RunAsync("config", "check"));
        Assert.Equal(
            [
                $"error MP-1002: {world.ConfigPath}:1: unknown key \"sever\"; did you mean \"server\"?",
                $"error MP-1002: {world.ConfigPath}:3: the tunnel \"web\" has no \"target\".",
            ],
            world.Error.Lines);
    }

    [Fact]
    public async Task CheckOfNoFile_SaysSo()
    {
        using var world = new CliWorld();

        Assert.Equal(3, await world.RunAsync("config", "check"));
        Assert.StartsWith("error MP-1003", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddAuthtoken_StoresTheTokenAndKeepsTheRest()
    {
        using var world = new CliWorld();
        world.WriteConfig("server: edge.example # mine\n");

        Assert.Equal(0, await world.RunAsync("config", "add-authtoken", CliWorld.Token));
        Assert.Equal($"server: edge.example # mine\ntoken: {CliWorld.Token}\n", await File.ReadAllTextAsync(world.ConfigPath));
    }

    [Fact]
    public async Task AddAuthtokenOfNoToken_IsRefused()
    {
        using var world = new CliWorld();

        Assert.Equal(4, await world.RunAsync("config", "add-authtoken", "mpt_cut"));
        Assert.False(File.Exists(world.ConfigPath));
    }

    [Fact]
    public async Task Edit_MakesTheFile_OpensTheEditor_AndChecks()
    {
        using var world = new CliWorld();
        world.Variables["EDITOR"] = "cp /dev/null";

        Assert.Equal(0, await world.RunAsync("config", "edit"));
        Assert.Equal("", await File.ReadAllTextAsync(world.ConfigPath));
    }

    [Fact]
    public async Task EditWithAMissingEditor_SaysSo()
    {
        using var world = new CliWorld();
        world.Variables["VISUAL"] = "/no/such/editor";

        Assert.Equal(2, await world.RunAsync("config", "edit"));
        Assert.Contains("/no/such/editor cannot be started", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LinkToTheFile_StaysALink()
    {
        using var world = new CliWorld();
        world.WriteConfig("");
        var real = Path.Combine(world.StateFolder, "dotfile.yml");
        Directory.CreateDirectory(world.StateFolder);
        File.Move(world.ConfigPath, real);
        File.CreateSymbolicLink(world.ConfigPath, real);

        Assert.Equal(0, await world.RunAsync("config", "add-authtoken", CliWorld.Token));
        Assert.NotNull(new FileInfo(world.ConfigPath).LinkTarget);
        Assert.Equal($"token: {CliWorld.Token}\n", await File.ReadAllTextAsync(real));
    }
}
