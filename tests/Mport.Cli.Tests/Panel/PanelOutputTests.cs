using Mport.Cli.Output;
using Mport.Cli.Panel;
using Mport.Client;

namespace Mport.Cli.Tests.Panel;

public sealed class PanelOutputTests
{
    private static readonly ClientStatus s_status = new()
    {
        State = ClientState.Connecting,
        Tunnels = [new TunnelStatus(Events.Web, [], 0, 0, 0, 0)],
    };

    private static int Pictures(CliWorld world) => world.Out.Text.Split("\e[?2026h").Length - 1;

    [Fact]
    public async Task Terminal_GetsThePanel_AndItsOwnScreenBack()
    {
        using var world = new CliWorld { OutIsTerminal = true };
        var run = world.RunLoggedInAsync("http", "3000");
        await world.EngineAsync();
        await world.Out.WhenAsync("opening");
        Assert.True(world.Terminal.KeysAreSilent);
        world.Signals.Raise();

        Assert.Equal(130, await run);
        Assert.StartsWith("\e[?1049h", world.Out.Text, StringComparison.Ordinal);
        Assert.EndsWith("\e[?1049l", world.Out.Text, StringComparison.Ordinal);
        Assert.False(world.Terminal.KeysAreSilent);
        Assert.Contains("tunnel http-3000: 0 connections", world.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnlyAChange_IsDrawn()
    {
        using var world = new CliWorld();
        await using var panel = PanelOutput.Start(world.Surroundings(), world.Terminal, () => s_status);
        Assert.Equal(1, Pictures(world));

        panel.Draw();
        panel.Draw();
        Assert.Equal(1, Pictures(world));

        panel.Show(new EdgeNotice("info", "something new"));
        panel.Draw();
        Assert.Equal(2, Pictures(world));
        Assert.Contains("something new", world.Out.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JobInTheBackground_DrawsNothing()
    {
        using var world = new CliWorld();
        await using var panel = PanelOutput.Start(world.Surroundings(), world.Terminal, () => s_status);
        panel.Show(new EdgeNotice("info", "something new"));

        world.Terminal.InForeground = false;
        panel.Draw();
        Assert.Equal(1, Pictures(world));

        world.Terminal.InForeground = true;
        panel.Draw();
        Assert.Equal(2, Pictures(world));
    }

    [Fact]
    public async Task AnotherSize_IsDrawnAnew()
    {
        using var world = new CliWorld();
        await using var panel = PanelOutput.Start(world.Surroundings(), world.Terminal, () => s_status);

        world.Terminal.Size = (60, 20);
        panel.Draw();

        Assert.Equal(2, Pictures(world));
    }

    [Theory]
    [InlineData("1", false)]
    [InlineData("", true)]
    public async Task NoColor_IsRespected(string value, bool colour)
    {
        using var world = new CliWorld();
        world.Variables["NO_COLOR"] = value;
        await using var panel = PanelOutput.Start(world.Surroundings(), world.Terminal, () => s_status);

        Assert.Equal(colour, world.Out.Text.Contains("\e[1m", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Warning_StaysInThePanelAndAfterIt()
    {
        using var world = new CliWorld();
        await using (var panel = PanelOutput.Start(world.Surroundings(), world.Terminal, () => s_status))
        {
            panel.Say(Verbosity.Warn, "warning: take care");
            panel.Draw();
        }

        Assert.Contains("! warning: take care", world.Out.Text, StringComparison.Ordinal);
        Assert.Contains("warning: take care\n", world.Error.Text, StringComparison.Ordinal);
    }
}
