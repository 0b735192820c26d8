using System.Diagnostics.Metrics;
using Mport.Server.Metrics;

namespace Mport.Server.Events;

/// <summary>What is counted about events.</summary>
internal sealed class EventsMetrics
{
    private readonly Counter<long> _written;
    private readonly Counter<long> _lost;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _streamsCut;
    private readonly UpDownCounter<long> _waiting;
    private readonly UpDownCounter<long> _streams;

    /// <summary>Makes the instruments.</summary>
    public EventsMetrics(EdgeMeters meters)
    {
        var meter = meters.Create("events");
        _written = meter.CreateCounter<long>("mport.events.written", unit: null, "Events written to the log.");
        _lost = meter.CreateCounter<long>("mport.events.lost", unit: null, "Events that were lost because the database could not be written for too long.");
        _failures = meter.CreateCounter<long>("mport.events.write_failures", unit: null, "Attempts to write events that failed.");
        _waiting = meter.CreateUpDownCounter<long>("mport.events.waiting", unit: null, "Events that wait to be written.");
        _streams = meter.CreateUpDownCounter<long>("mport.events.streams", unit: null, "Readers of the event stream now.");
        _streamsCut = meter.CreateCounter<long>("mport.events.streams_cut", unit: null, "Readers of the event stream that were cut because they read too slowly.");
    }

    /// <summary>Events were written.</summary>
    public void Written(int count)
    {
        _written.Add(count);
        _waiting.Add(-count);
    }

    /// <summary>An event waits.</summary>
    public void Waits() => _waiting.Add(1);

    /// <summary>An event is lost.</summary>
    public void Lost() => _lost.Add(1);

    /// <summary>Those that waited are lost.</summary>
    public void Dropped(int count)
    {
        _lost.Add(count);
        _waiting.Add(-count);
    }

    /// <summary>Writing failed.</summary>
    public void Failed() => _failures.Add(1);

    /// <summary>A reader of the stream came or went.</summary>
    public void Streams(int change) => _streams.Add(change);

    /// <summary>A reader was too slow.</summary>
    public void StreamCut() => _streamsCut.Add(1);
}
