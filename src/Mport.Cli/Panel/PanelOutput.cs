using System.Runtime.InteropServices;
using System.Text;
using Mport.Cli.Output;
using Mport.Client;

namespace Mport.Cli.Panel;

/// <summary>
/// The live panel of a terminal, on the alternate screen, so that what was there before comes back at the end. It looks at the engine four
/// times a second and writes only when the picture differs from the last one.
/// </summary>
internal sealed class PanelOutput : IRunOutput
{
    private const string Enter = "\e[?1049h\e[?25l\e[?7l\e[2J";
    private const string Leave = "\e[?7h\e[?25h\e[?1049l";

    // Terminals that know it show the picture at once; others ignore it.
    private const string BeginPicture = "\e[?2026h\e[H";
    private const string EndPicture = "\e[J\e[?2026l";
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(250);

    private readonly Surroundings _around;
    private readonly Func<ClientStatus> _status;
    private readonly bool _colour;
    private readonly PanelModel _model = new();
    private readonly RateMeter _rates = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly List<string> _afterwards = [];
    private readonly long _started;
    private readonly PosixSignalRegistration? _continued;
    private readonly Task _drawing;
    private volatile bool _redraw;
    private string _last = "";

    private PanelOutput(Surroundings around, Func<ClientStatus> status)
    {
        (_around, _status, _started) = (around, status, around.Time.GetTimestamp());
        _colour = around.VariableOrNull("NO_COLOR") is null;
        if (!OperatingSystem.IsWindows())
        {
            // After Ctrl-Z and fg the screen holds the shell's lines.
            _continued = PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => _redraw = true);
        }

        Write(Enter);
        _drawing = DrawAsync();
    }

    /// <summary>Takes the terminal over and begins to draw.</summary>
    public static PanelOutput Start(Surroundings around, Func<ClientStatus> status) => new(around, status);

    public void Show(ClientEvent happened) => _model.Apply(happened, _around.Time.GetUtcNow());

    public void Say(Verbosity level, string text)
    {
        if (level <= Verbosity.Warn)
        {
            _model.Say(text);
            _afterwards.Add(text);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _drawing;
        _continued?.Dispose();
        _ending.Dispose();
        Write(Leave);
        var lines = new LineSink(_around.Error);
        _afterwards.ForEach(lines.Write);
        foreach (var tunnel in _status().Tunnels)
        {
            lines.Write($"tunnel {tunnel.Tunnel.Name}: {tunnel.Total} connections, in {Quantity.Bytes(tunnel.BytesIn)}, out {Quantity.Bytes(tunnel.BytesOut)}");
        }
    }

    private async Task DrawAsync()
    {
        using var timer = new PeriodicTimer(s_period, _around.Time);
        try
        {
            do
            {
                Draw();
            }
            while (await timer.WaitForNextTickAsync(_ending.Token));
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    /// <summary>Draws the picture if it differs from the last; called by the clock, and by tests.</summary>
    internal void Draw()
    {
        var (width, height) = _around.TerminalSize();
        var status = _status();
        var rates = _rates.Measure(_around.Time.GetElapsedTime(_started), status.Tunnels);
        var lines = new PanelFrame(width, height, _colour).Render(_model.Look(), status, rates);
        var picture = $"{width}x{height}\n" + string.Join('\n', lines);
        if (picture == _last && !_redraw)
        {
            return;
        }

        var text = new StringBuilder(_redraw ? Enter : "").Append(BeginPicture);
        _redraw = false;
        _last = picture;
        text.AppendJoin("\e[K\r\n", lines).Append("\e[K").Append(EndPicture);
        Write(text.ToString());
    }

    private void Write(string text)
    {
        try
        {
            _around.Out.Write(text);
            _around.Out.Flush();
        }
        catch (IOException)
        {
            // The terminal is gone; SIGHUP ends the run.
        }
    }
}
