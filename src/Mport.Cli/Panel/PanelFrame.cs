using Mport.Cli.Output;
using Mport.Client;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mport.Cli.Panel;

/// <summary>Lays one picture of the panel out as lines that fit a terminal. Pure: the same input gives the same lines.</summary>
internal sealed class PanelFrame(int width, int height, bool colour)
{
    // Below this, a tunnel's name stands over its URL instead of beside it, and connections lose their byte counts.
    private const int NarrowWidth = 64;
    private const int MostConnections = 10;
    private const int LinesOfATunnel = 4;

    private static readonly Style s_bold = new(decoration: Decoration.Bold);
    private static readonly Style s_dim = new(decoration: Decoration.Dim);
    private static readonly Style s_good = new(Color.Green);
    private static readonly Style s_warn = new(Color.Yellow);
    private static readonly Style s_bad = new(Color.Red);
    private static readonly Style s_url = new(Color.Aqua);

    private bool Narrow => width < NarrowWidth;

    /// <summary>The lines, at most as many as the terminal has rows.</summary>
    public IReadOnlyList<string> Render(PanelContent content, ClientStatus status, IReadOnlyList<(double In, double Out)> rates)
    {
        var top = Lines(new Rows(Header(), Text.Empty, Facts(content, status), Text.Empty));
        var hints = content.Hints.Count > 0 ? Lines(new Rows([Text.Empty, .. content.Hints.Reverse().Select(hint => new Text("! " + hint, s_warn))])) : [];
        var room = Math.Max(3, height - top.Count - Math.Min(hints.Count, height / 3));
        var tunnels = Tunnels(content, status, rates, room);
        var connections = Connections(content, status, Math.Min(MostConnections, room - tunnels.Count - 2));
        return [.. ((IEnumerable<string>)[.. top, .. tunnels, .. connections]).Take(Math.Max(1, height - Math.Min(hints.Count, height / 3))), .. hints.Take(height / 3)];
    }

    private Paragraph Header()
    {
        const string Hint = "Ctrl-C stops";
        var name = $"mport {ProtocolVersion.Program}";
        var gap = width - name.Length - Hint.Length;
        return gap > 0 ? new Paragraph(name, s_bold).Append(new string(' ', gap)).Append(Hint, s_dim) : new Paragraph(name, s_bold);
    }

    private static Grid Facts(PanelContent content, ClientStatus status)
    {
        var grid = new Grid();
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0) });
        grid.AddRow(new Text("Status"), status.State switch
        {
            ClientState.Online => new Text("online", s_good),
            ClientState.Connecting => new Text(content.Session is null ? "connecting" : "reconnecting", s_warn),
            ClientState.Reconnecting => new Text("reconnecting", s_warn),
            ClientState.Ended => new Text("stopping", s_warn),
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        if (content.Session is { } session)
        {
            grid.AddRow(new Text("Account"), new Text(DisplayText.Escape(session.Account)));
        }

        var version = content.Session is { } known ? DisplayText.Escape($" ({known.ServerVersion})") : "";
        grid.AddRow(new Text("Edge"), new Text(DisplayText.Escape(content.Edge) + version));
        if (status.RoundTrip is { } roundTrip)
        {
            grid.AddRow(new Text("Round trip"), new Text(Quantity.Duration(roundTrip)));
        }

        return grid;
    }

    private List<string> Tunnels(PanelContent content, ClientStatus status, IReadOnlyList<(double In, double Out)> rates, int room)
    {
        if (status.Tunnels.Count * LinesOfATunnel <= room)
        {
            return Lines(Full(content, status.Tunnels, rates));
        }

        // Many tunnels get one line each; what still has no room is counted.
        var shown = status.Tunnels.Count <= room ? status.Tunnels.Count : Math.Max(0, room - 1);
        var lines = Lines(Brief(content, [.. status.Tunnels.Take(shown)]));
        return shown == status.Tunnels.Count ? lines : [.. lines, .. Lines(new Text($"and {status.Tunnels.Count - shown} more; `mport ps` lists all", s_dim))];
    }

    private IRenderable Full(PanelContent content, IReadOnlyList<TunnelStatus> tunnels, IReadOnlyList<(double In, double Out)> rates)
    {
        var parts = tunnels.Select((tunnel, i) => (Name: new Text(DisplayText.Escape(tunnel.Tunnel.Name), s_bold), Lines: Particulars(content, tunnel, i < rates.Count ? rates[i] : default)));
        if (Narrow)
        {
            return new Rows(parts.SelectMany(part => (IEnumerable<IRenderable>)[part.Name, .. part.Lines.Select(line => new Padder(line, new Padding(2, 0, 0, 0)))]));
        }

        var grid = new Grid();
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0) });
        foreach (var (name, lines) in parts)
        {
            grid.AddRow(name, new Rows(lines));
        }

        return grid;
    }

    private static List<IRenderable> Particulars(PanelContent content, TunnelStatus tunnel, (double In, double Out) rate) =>
    [
        .. Address(content, tunnel).Select(line => new Text(line.Text, line.Style)),
        Target(tunnel),
        new Text(
            $"{tunnel.Open} open, {tunnel.Total} total   in {Quantity.Bytes(rate.In)}/s ({Quantity.Bytes(tunnel.BytesIn)})   out {Quantity.Bytes(rate.Out)}/s ({Quantity.Bytes(tunnel.BytesOut)})",
            s_dim),
    ];

    private static Paragraph Target(TunnelStatus tunnel)
    {
        var line = new Paragraph($"→ {tunnel.Tunnel.Target}");
        if (tunnel.Healthy is { } healthy)
        {
            line.Append(healthy ? "   well" : "   ill", healthy ? s_good : s_bad);
        }

        return tunnel.Tunnel.Group is { } group ? line.Append($"   in group {DisplayText.Escape(group)}", s_dim) : line;
    }

    private static IEnumerable<(string Text, Style Style)> Address(PanelContent content, TunnelStatus tunnel) =>
        content.Refused.GetValueOrDefault(tunnel.Tunnel.Name) is { } refused ? [(refused, s_bad)]
        : tunnel.Urls.Count == 0 ? [("opening", s_warn)]
        : tunnel.Urls.Select((url, i) => (DisplayText.Escape(url), i == 0 ? s_url : s_dim));

    private Rows Brief(PanelContent content, IReadOnlyList<TunnelStatus> tunnels)
    {
        var names = tunnels.Select(tunnel => DisplayText.Escape(tunnel.Tunnel.Name)).ToList();
        var longest = names.Select(name => name.Length).DefaultIfEmpty().Max();
        return new Rows(tunnels.Select((tunnel, i) =>
        {
            var (text, style) = Address(content, tunnel).First();
            return Clipped((names[i].PadRight(longest + 2), s_bold), (text + "  ", style), ($"{tunnel.Open} open, {tunnel.Total} total", s_dim));
        }));
    }

    // Spectre would wrap at the spaces; here the rest of the line matters less than the next tunnel.
    private Paragraph Clipped(params ReadOnlySpan<(string Text, Style Style)> parts)
    {
        var line = new Paragraph();
        var room = width;
        foreach (var (text, style) in parts)
        {
            var clipped = text.Length <= room ? text : room > 0 ? text[..(room - 1)] + "…" : "";
            line.Append(clipped, style);
            room -= clipped.Length;
        }

        return line;
    }

    private List<string> Connections(PanelContent content, ClientStatus status, int room)
    {
        if (content.Connections.Count == 0 || room < 1)
        {
            return [];
        }

        var several = status.Tunnels.Count > 1 && !Narrow;
        var grid = new Grid();
        for (var i = 0; i < 3 + (several ? 1 : 0) + (Narrow ? 0 : 2); i++)
        {
            grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        }

        foreach (var connection in content.Connections.Take(room))
        {
            List<IRenderable> row = [new Text($"{connection.OpenedAt.ToLocalTime():HH:mm:ss}", s_dim)];
            if (several)
            {
                row.Add(new Text(DisplayText.Escape(connection.Tunnel)).Overflow(Overflow.Ellipsis));
            }

            row.Add(new Text(DisplayText.Escape(connection.Visitor)).Overflow(Overflow.Ellipsis));
            row.Add(Outcome(connection));
            if (!Narrow)
            {
                row.Add(new Text(connection.Closed is { } closed ? $"in {Quantity.Bytes(closed.BytesIn)}" : ""));
                row.Add(new Text(connection.Closed is { } ended ? $"out {Quantity.Bytes(ended.BytesOut)}" : ""));
            }

            grid.AddRow([.. row]);
        }

        return Lines(new Rows(Text.Empty, new Text("Connections", s_bold), grid));
    }

    private static Text Outcome(PanelConnection connection) => connection switch
    {
        { Closed: null } => new Text("open", s_good),
        // Visitors hang up in the middle of things all day.
        { Failure: { } failure } when failure.Code == ProtocolErrors.StreamReset.Code => new Text("reset", s_dim),
        { Failure: { } failure } => new Text(failure.Code.ToString(), s_bad),
        { Closed: { } closed } => new Text(Quantity.Duration(closed.Duration)),
    };

    private List<string> Lines(IRenderable part)
    {
        var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = Math.Max(1, width);
        console.Profile.Capabilities.Unicode = true;
        console.Write(part);
        var all = text.ToString();
        return [.. (all.EndsWith('\n') ? all[..^1] : all).Split('\n').Select(line => line.TrimEnd())];
    }
}
