using Mport.Client;

namespace Mport.Cli.Output;

/// <summary>
/// For pipes and logs: a tunnel's URL alone on standard output as soon as it works (again only when it has changed), everything else
/// as plain lines on standard error.
/// </summary>
internal sealed class PipeOutput(Surroundings around, Verbosity verbosity) : IRunOutput
{
    private readonly LineSink _urls = new(around.Out);
    private readonly LineSink _lines = new(around.Error);
    private readonly Dictionary<string, string> _printed = [];
    private bool _connected;

    public void Show(ClientEvent happened)
    {
        if (happened is TunnelReady ready && _printed.GetValueOrDefault(ready.Tunnel.Name) != ready.Url)
        {
            _printed[ready.Tunnel.Name] = ready.Url;
            _urls.Write(DisplayText.Escape(ready.Url));
        }

        var (level, line) = EventText.Describe(happened, _connected);
        Say(level, line);
        _connected = happened is SessionConnected || (happened is not SessionLost && _connected);
    }

    public void Say(Verbosity level, string text)
    {
        if (level <= verbosity)
        {
            _lines.Write(text);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
