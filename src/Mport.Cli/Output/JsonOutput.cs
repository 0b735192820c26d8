using Mport.Client;

namespace Mport.Cli.Output;

/// <summary>For programs: one JSON object a line on standard output; the program's own warnings stay on standard error.</summary>
internal sealed class JsonOutput(Surroundings around, Verbosity verbosity) : IRunOutput
{
    private readonly LineSink _events = new(around.Out);
    private readonly LineSink _lines = new(around.Error);
    private readonly Dictionary<string, TunnelSpec> _open = [];

    public void Show(ClientEvent happened)
    {
        switch (happened)
        {
            case TunnelReady ready:
                _open[ready.Tunnel.Name] = ready.Tunnel;
                break;
            case TunnelEnded ended:
                _open.Remove(ended.Tunnel.Name);
                break;
        }

        if (JsonLines.Of(happened, around.Time.GetUtcNow()) is { } line)
        {
            _events.Write(line);
        }
    }

    public void Say(Verbosity level, string text)
    {
        if (level <= verbosity && level <= Verbosity.Warn)
        {
            _lines.Write(text);
        }
    }

    /// <summary>Every tunnel that was ready gets its <c>tunnel.closed</c>, also when the engine ended without one.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var tunnel in _open.Values)
        {
            _events.Write(JsonLines.TunnelClosed(tunnel, null, around.Time.GetUtcNow()));
        }

        return ValueTask.CompletedTask;
    }
}
