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

    // A line is cleared before it is written: after a full one the cursor still stands on its last character.
    private const string ClearLine = "\e[2K";
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(250);

    private readonly Surroundings _around;
    private readonly ITerminal _terminal;
    private readonly Func<ClientStatus> _status;
    private readonly bool _colour;
    private readonly PanelModel _model = new();
    private readonly RateMeter _rates = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly List<string> _afterwards = [];
    private readonly long _started;
    private readonly List<PosixSignalRegistration> _jobControl = [];
    private readonly IDisposable _keys;
    private readonly Task _drawing;
    private volatile bool _redraw;
    private string _last = "";

    private PanelOutput(Surroundings around, ITerminal terminal, Func<ClientStatus> status)
    {
        (_around, _terminal, _status, _started) = (around, terminal, status, around.Time.GetTimestamp());
        _colour = around.VariableOrNull("NO_COLOR") is null;
        if (!OperatingSystem.IsWindows())
        {
            // Ctrl-Z leaves the shell its own screen; fg takes the terminal over again.
            _jobControl.Add(PosixSignalRegistration.Create(PosixSignal.SIGTSTP, Suspend));
            _jobControl.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => _redraw = true));
        }

        _keys = terminal.SilenceKeys();
        Write(Enter);
        _drawing = DrawAsync();
    }

    /// <summary>Takes the terminal over and begins to draw.</summary>
    public static PanelOutput Start(Surroundings around, ITerminal terminal, Func<ClientStatus> status) => new(around, terminal, status);

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
        try
        {
            await _ending.CancelAsync();
            await _drawing;
        }
        finally
        {
            // Whatever else went wrong, the user gets the terminal back.
            _jobControl.ForEach(registration => registration.Dispose());
            _ending.Dispose();
            Write(Leave);
            _keys.Dispose();
        }

        var lines = new LineSink(_around.Error);
        _afterwards.ForEach(lines.Write);
        foreach (var tunnel in _status().Tunnels)
        {
            lines.Write($"tunnel {tunnel.Tunnel.Name}: {tunnel.Total} connection{(tunnel.Total == 1 ? "" : "s")}, in {Quantity.Bytes(tunnel.BytesIn)}, out {Quantity.Bytes(tunnel.BytesOut)}");
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
        var (width, height) = _terminal.Size;
        var status = _status();
        var rates = _rates.Measure(_around.Time.GetElapsedTime(_started), status.Tunnels);
        var lines = new PanelFrame(width, height, _colour).Render(_model.Look(), status, rates);
        var picture = $"{width}x{height}\n" + string.Join('\n', lines);
        if ((picture == _last && !_redraw) || !_terminal.InForeground)
        {
            return;
        }

        var text = new StringBuilder(_redraw ? Enter : "").Append(BeginPicture);
        _redraw = false;
        _last = picture;
        text.AppendJoin("\r\n", lines.Select(line => ClearLine + line)).Append(EndPicture);
        Write(text.ToString());
    }

    // .NET does not stop the process by itself once a handler is there.
    private void Suspend(PosixSignalContext context)
    {
        context.Cancel = true;
        Write(Leave);
        _terminal.Suspend();
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
