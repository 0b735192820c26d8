using System.Diagnostics.Metrics;
using Mport.Server.Limits;
using Mport.Server.Metrics;

namespace Mport.Server.Edge.Listeners;

/// <summary>What is counted about the edge's own ports.</summary>
internal sealed class ListenersMetrics
{
    private readonly Meter _meter;
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _refused;

    /// <summary>Makes the instruments.</summary>
    public ListenersMetrics(EdgeMeters meters)
    {
        _meter = meters.Create("listeners");
        _accepted = _meter.CreateCounter<long>("mport.listeners.accepted", unit: null, "Connections accepted on the edge's own ports.");
        _refused = _meter.CreateCounter<long>("mport.listeners.refused", unit: null, "Connections closed before they were served, by port and reason.");
    }

    /// <summary>Makes the instruments that look at the waiting room. Call once.</summary>
    public void Watch(WaitingRoom room, AddressPlaces connections)
    {
        _meter.CreateObservableGauge("mport.listeners.waiting", () => room.Count, unit: null, "Connections that have not yet said what they are.");
        _meter.CreateObservableGauge("mport.listeners.http_connections", () => connections.Count, unit: null, "HTTP connections now, both ports.");
    }

    /// <summary>A connection was accepted.</summary>
    /// <param name="port">The port's kind.</param>
    public void Accepted(string port) => _accepted.Add(1, new KeyValuePair<string, object?>("port", port));

    /// <summary>A connection was closed before it was served.</summary>
    /// <param name="port">The port's kind.</param>
    /// <param name="reason">One of a few words: <c>wrong_protocol</c>, <c>silent</c>, <c>evicted</c>, <c>too_many</c>, <c>too_fast</c>.</param>
    public void Refused(string port, string reason) =>
        _refused.Add(1, new KeyValuePair<string, object?>("port", port), new KeyValuePair<string, object?>("reason", reason));
}
