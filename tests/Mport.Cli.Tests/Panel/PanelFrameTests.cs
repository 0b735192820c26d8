using Mport.Cli.Panel;
using Mport.Client;

namespace Mport.Cli.Tests.Panel;

public sealed class PanelFrameTests
{
    private static readonly DateTimeOffset s_at = new DateTimeOffset(2026, 11, 22, 12, 3, 44, TimeSpan.Zero).ToLocalTime();

    private static PanelContent Content(params ClientEvent[] events)
    {
        var model = new PanelModel();
        foreach (var happened in events)
        {
            model.Apply(happened, s_at);
        }

        return model.Look();
    }

    private static ClientStatus Online(params TunnelStatus[] tunnels) => new() { State = ClientState.Online, RoundTrip = TimeSpan.FromMilliseconds(23), Tunnels = tunnels };

    private static string Render(int width, int height, PanelContent content, ClientStatus status) =>
        string.Join('\n', new PanelFrame(width, height, colour: false).Render(content, status, [(1200, 3_400_000)]));

    [Fact]
    public void WideTerminal_ShowsEverything()
    {
        var content = Content(
            Events.Connected,
            new ConnectionOpened(1, Events.Web, Events.Visitor),
            new ConnectionClosed(1, Events.Web, 512, 4100, TimeSpan.FromMilliseconds(400), null),
            new ConnectionOpened(2, Events.Web, Events.Visitor),
            new EdgeNotice("warning", "The edge restarts at noon."));

        Assert.Equal(
            $"""
            mport 0.1.0                                                         Ctrl-C stops

            Status      online
            Account     owner@example
            Edge        edge.example:8443 (0.1.0)
            Round trip  23 ms

            web  https://shop.example
                 → 127.0.0.1:3000
                 2 open, 31 total   in 1.2 kB/s (10 kB)   out 3.4 MB/s (50 MB)

            Connections
            {s_at:HH:mm:ss}  203.0.113.9:53112  open
            {s_at:HH:mm:ss}  203.0.113.9:53112  400 ms  in 512 B  out 4.1 kB

            ! the edge says: The edge restarts at noon.
            """,
            Render(80, 24, content, Online(new TunnelStatus(Events.Web, ["https://shop.example"], 2, 31, 10_000, 50_000_000))));
    }

    [Fact]
    public void HealthAndGroup_StandBesideTheTarget()
    {
        var spec = Events.Web with { Group = "shop" };
        var content = Content(Events.Connected, new TunnelHealthChanged(spec, Healthy: false, "GET / answered 500."));
        var status = new TunnelStatus(spec, ["https://shop.example"], 0, 0, 0, 0);

        var ill = Render(120, 24, content, Online(status with { Healthy = false }));
        Assert.Contains("→ 127.0.0.1:3000   ill   in group shop", ill, StringComparison.Ordinal);
        Assert.Contains("! tunnel web: the target 127.0.0.1:3000 is ill and gets no visitors: GET / answered 500.", ill, StringComparison.Ordinal);
        Assert.Contains("→ 127.0.0.1:3000   well   in group shop", Render(80, 24, content, Online(status with { Healthy = true })), StringComparison.Ordinal);
    }

    [Fact]
    public void NarrowTerminal_WrapsAndLosesNothingThatMatters()
    {
        var content = Content(Events.Connected, new ConnectionOpened(1, Events.Web, Events.Visitor));
        var url = "https://a-rather-long-subdomain.tunnels.example";
        var picture = Render(40, 24, content, Online(new TunnelStatus(Events.Web, [url], 2, 31, 10_000, 50_000_000)));

        Assert.Contains(url, picture.Replace("\n  ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.All(picture.Split('\n'), line => Assert.InRange(line.Length, 0, 40));
        Assert.Contains("→ 127.0.0.1:3000", picture, StringComparison.Ordinal);
        Assert.Contains("203.0.113.9:53112", picture, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80, 24)]
    [InlineData(40, 12)]
    [InlineData(20, 6)]
    [InlineData(10, 3)]
    [InlineData(1, 1)]
    [InlineData(300, 100)]
    public void AnySize_IsKept(int width, int height)
    {
        var tunnels = Enumerable.Range(0, 30).Select(i => new TunnelStatus(Events.Web with { Name = $"web-{i}" }, ["https://x.example"], 0, 0, 0, 0)).ToArray();
        var content = Content(
            [Events.Connected, .. Enumerable.Range(0, 50).Select(i => new ConnectionOpened(i, Events.Web, Events.Visitor)), new EdgeNotice("info", new string('n', 500))]);

        var lines = new PanelFrame(width, height, colour: false).Render(content, Online(tunnels), []);

        Assert.InRange(lines.Count, 1, height);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
    }

    [Fact]
    public void ManyTunnels_GetALineEach_AndTheRestIsCounted()
    {
        var tunnels = Enumerable.Range(0, 30).Select(i => new TunnelStatus(Events.Web with { Name = $"web-{i}" }, [$"https://x{i}.example"], 1, 2, 0, 0)).ToArray();
        var picture = Render(80, 24, Content(Events.Connected), Online(tunnels));

        Assert.Contains("web-3   https://x3.example ", picture, StringComparison.Ordinal);
        Assert.Contains("more; `mport ps` lists all", picture, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusedTunnel_SaysWhy() => Assert.Contains(
        "MP-1207: The port is taken.",
        Render(80, 24, Content(Events.Connected, new TunnelNotOpened(Events.Web, Events.PortTaken)), Online(new TunnelStatus(Events.Web, [], 0, 0, 0, 0))),
        StringComparison.Ordinal);

    [Fact]
    public void LostSession_IsExplained_AndTheHintGoesWhenItIsBack()
    {
        var lost = new SessionLost(Events.Lost, TimeSpan.FromSeconds(3), 1);
        var status = Online(new TunnelStatus(Events.Web, [], 0, 0, 0, 0)) with { State = ClientState.Connecting };
        var away = Render(80, 24, Content(Events.Connected, lost), status);

        Assert.Contains("reconnecting", away, StringComparison.Ordinal);
        Assert.Contains("! connection lost: MP-1306: The network changed; retrying in 3 s", away, StringComparison.Ordinal);
        Assert.DoesNotContain("connection lost", Render(80, 24, Content(Events.Connected, lost, Events.Connected), status), StringComparison.Ordinal);
    }

    [Fact]
    public void TextFromOutside_CannotDriveTheTerminal()
    {
        var evil = "\e]0;x\a\u202E[bold]";
        var picture = Render(
            80,
            24,
            Content(Events.Connected with { Account = evil, ServerVersion = evil }, new EdgeNotice("info", evil)),
            Online(new TunnelStatus(Events.Web, [evil], 0, 0, 0, 0)));

        Assert.DoesNotContain('\e', picture);
        Assert.DoesNotContain('\u202E', picture);
        Assert.Contains(@"\u{1b}]0;x\u{7}\u{202e}[bold]", picture, StringComparison.Ordinal);
    }

    [Fact]
    public void Colour_IsUsedOnlyWhenWanted()
    {
        var status = Online(new TunnelStatus(Events.Web, ["https://x.example"], 0, 0, 0, 0));

        Assert.Contains(new PanelFrame(80, 24, colour: true).Render(Content(), status, []), line => line.Contains("\e[", StringComparison.Ordinal));
        Assert.DoesNotContain(new PanelFrame(80, 24, colour: false).Render(Content(), status, []), line => line.Contains('\e'));
    }
}
