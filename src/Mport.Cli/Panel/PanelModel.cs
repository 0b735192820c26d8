using Mport.Cli.Output;
using Mport.Client;

namespace Mport.Cli.Panel;

/// <summary>What the panel knows from events. Guarded by its own lock: events come from the run, looks from the drawing.</summary>
internal sealed class PanelModel
{
    // More lines than any terminal shows.
    private const int MostConnections = 100;
    private const int MostHints = 5;

    private readonly Lock _lock = new();
    private readonly LinkedList<PanelConnection> _connections = [];
    private readonly List<(string Subject, string Text)> _hints = [];
    private readonly Dictionary<string, string> _refused = [];
    private SessionConnected? _session;
    private bool _connected;
    private string _edge = "";

    /// <summary>Takes up an event.</summary>
    public void Apply(ClientEvent happened, DateTimeOffset at)
    {
        lock (_lock)
        {
            var line = EventText.Describe(happened, _connected).Line;
            switch (happened)
            {
                case Connecting e:
                    _edge = e.Edge.ToString();
                    break;
                case SessionConnected e:
                    (_session, _connected, _edge) = (e, true, e.Edge.ToString());
                    Clear("session");
                    break;
                case SessionLost:
                    _connected = false;
                    Hint("session", line);
                    break;
                case SessionSuspended:
                    Hint("session", line);
                    break;
                case SessionResumed:
                    Hint("session", line);
                    break;
                case SessionDraining:
                    Hint("session", line);
                    break;
                case TunnelReady e:
                    _refused.Remove(e.Tunnel.Name);
                    break;
                case TunnelNotOpened e:
                    _refused[e.Tunnel.Name] = DisplayText.Escape(e.Failure.ToString());
                    break;
                case TunnelEnded e:
                    _refused[e.Tunnel.Name] = DisplayText.Escape(e.Failure.ToString());
                    break;
                case TargetDown e:
                    Hint("target " + e.Tunnel.Name, line);
                    break;
                case TunnelHealthChanged { Healthy: true } e:
                    Clear("health " + e.Tunnel.Name);
                    break;
                case TunnelHealthChanged e:
                    Hint("health " + e.Tunnel.Name, line);
                    break;
                case EdgeNotice:
                    Hint("notice " + line, line);
                    break;
                case ConnectionOpened e:
                    Open(e, at);
                    break;
                case ConnectionClosed e:
                    Close(e);
                    break;
            }
        }
    }

    /// <summary>A hint of the program itself.</summary>
    public void Say(string text)
    {
        lock (_lock)
        {
            Hint("program " + text, DisplayText.Escape(text));
        }
    }

    /// <summary>What the panel shows now.</summary>
    public PanelContent Look()
    {
        lock (_lock)
        {
            return new PanelContent
            {
                Edge = _edge,
                Session = _session,
                Refused = new Dictionary<string, string>(_refused),
                Connections = [.. _connections],
                Hints = [.. _hints.Select(hint => hint.Text)],
            };
        }
    }

    private void Open(ConnectionOpened opened, DateTimeOffset at)
    {
        _connections.AddFirst(new PanelConnection { Number = opened.Connection, OpenedAt = at, Tunnel = opened.Tunnel.Name, Visitor = EventText.Visitor(opened) });
        if (_connections.Count > MostConnections)
        {
            _connections.RemoveLast();
        }
    }

    private void Close(ConnectionClosed closed)
    {
        if (closed is { Failure: null, BytesOut: > 0 })
        {
            Clear("target " + closed.Tunnel.Name);
        }

        for (var node = _connections.First; node is not null; node = node.Next)
        {
            if (node.Value.Number == closed.Connection)
            {
                node.Value = node.Value with { Closed = closed };
                return;
            }
        }
    }

    // The newest hint about a subject replaces the one before; of all, the newest stay.
    private void Hint(string subject, string text)
    {
        Clear(subject);
        _hints.Add((subject, text));
        if (_hints.Count > MostHints)
        {
            _hints.RemoveAt(0);
        }
    }

    private void Clear(string subject) => _hints.RemoveAll(hint => hint.Subject == subject);
}
