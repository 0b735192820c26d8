using Mport.Server.Edge.Sessions;
using Mport.Server.Events;
using Mport.Server.Limits;
using Mport.Server.Metrics;
using Mport.Server.Quotas;
using Mport.Server.Traffic;

namespace Mport.Server.Hosting;

/// <summary>What a running edge writes down about itself: usage, quotas and events. The last part to end, so that it hears of all the others' ends.</summary>
internal sealed class EdgeBooks : IAsyncDisposable
{
    private readonly OpenedEdge _edge;
    private readonly EdgeMeters _meters;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;
    private readonly EventLog _events;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _end = new();
    private Task _watching = Task.CompletedTask;
    private Task _writing = Task.CompletedTask;

    /// <summary>Empty books; <see cref="StartAsync"/> begins to write.</summary>
    public EdgeBooks(OpenedEdge edge, EdgeMeters meters, ILoggerFactory loggers, TimeProvider time)
    {
        _edge = edge;
        _meters = meters;
        _loggers = loggers;
        _time = time;
        Quotas = new QuotaBook(edge.Settings.Quotas.ToLimits(), time);
        EventFeed = new EventFeed(edge.Events, EventsMetrics = new EventsMetrics(meters), time, loggers.CreateLogger<EventFeed>());
        var heads = new EventHeadFile(edge.Settings.DataFolder, loggers.CreateLogger<EventHeadFile>());
        _events = new EventLog(edge.Events, heads, EventFeed, EventsMetrics, time, loggers.CreateLogger<EventLog>());
    }

    /// <summary>What is counted and not written yet.</summary>
    public UsageLedger Usage { get; } = new();

    /// <summary>What everybody may have.</summary>
    public QuotaBook Quotas { get; }

    /// <summary>Takes events.</summary>
    public IEventLog Events => _events;

    /// <summary>Gives events to those who follow them.</summary>
    public EventFeed EventFeed { get; }

    /// <summary>The event log, to be read.</summary>
    public EventStore EventStore => _edge.Events;

    /// <summary>What was counted and is written.</summary>
    public UsageStore UsageStore => _edge.Usage;

    /// <summary>The limits that were set.</summary>
    public QuotaStore QuotaStore => _edge.Quotas;

    /// <summary>What is counted about events.</summary>
    public EventsMetrics EventsMetrics { get; }

    /// <summary>Looks at the database once, and then writes and watches until <see cref="DisposeAsync"/>.</summary>
    public async Task StartAsync(VisitorWatch visitors, SessionRegistry sessions, CancellationToken cancellationToken)
    {
        var settings = _edge.Settings;
        var watch = new QuotaWatch(_edge.Quotas, Quotas, Usage, _time, _loggers.CreateLogger<QuotaWatch>());
        var keeper = new QuotaKeeper(Usage, Quotas, visitors, sessions, _events, new QuotasMetrics(_meters, Quotas), _time, _loggers.CreateLogger<QuotaKeeper>());
        var writer = new UsageWriter(Usage, _edge.Usage, settings.Usage, new UsageMetrics(_meters, Usage), _time, _loggers.CreateLogger<UsageWriter>());
        var trim = new EventTrim(_edge.Events, _events, settings.EventRetention, _time, _loggers.CreateLogger<EventTrim>());
        await watch.LoadAsync(cancellationToken);
        _watching = Task.WhenAll(watch.RunAsync(_stop.Token), keeper.RunAsync(_stop.Token), trim.RunAsync(_stop.Token), EventFeed.RunAsync(_stop.Token));
        _writing = Task.WhenAll(writer.RunAsync(_end.Token), _events.RunAsync(_end.Token));
        _events.Record(new EdgeEvent { Kind = EventKinds.EdgeStarted, Actor = EventActor.Edge, Reason = EdgeVersion.Text });
    }

    /// <summary>Ends the streams of events: their readers come back to whoever serves then.</summary>
    public void EndStreams() => EventFeed.Close();

    /// <summary>Writes what there is, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _events.Record(new EdgeEvent { Kind = EventKinds.EdgeStopped, Actor = EventActor.Edge });
        await _end.CancelAsync();
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _end.Dispose();
    }
}
