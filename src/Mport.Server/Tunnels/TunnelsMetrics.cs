using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mport.Protocol.Relay;
using Mport.Server.Limits;
using Mport.Server.Metrics;

namespace Mport.Server.Tunnels;

/// <summary>What is counted about tunnels and their visitors.</summary>
internal sealed class TunnelsMetrics
{
    private readonly Meter _meter;
    private readonly Counter<long> _visitors;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _cut;

    /// <summary>Makes the instruments.</summary>
    public TunnelsMetrics(EdgeMeters meters)
    {
        _meter = meters.Create("tunnels");
        _visitors = _meter.CreateCounter<long>("mport.tunnels.visitors_accepted", unit: null, "Visitors' connections taken on public TCP ports.");
        _refused = _meter.CreateCounter<long>("mport.tunnels.visitors_refused", unit: null, "Visitors turned away, by reason.");
        _cut = _meter.CreateCounter<long>("mport.tunnels.visitors_cut", unit: null, "Visitors' connections that the edge ended because they got nowhere or a quota was used up, by reason.");
        _meter.CreateObservableCounter("mport.tunnels.traffic", ReadTraffic, "By", "Bytes of all visitors, by direction: in is from visitors, out to them.");
    }

    /// <summary>The bytes of all tunnels.</summary>
    public ByteCount Bytes { get; } = new();

    /// <summary>Makes the instruments that look at the tunnels themselves. Call once.</summary>
    public void Watch(TunnelRegistry tunnels, VisitorGate visitors)
    {
        _meter.CreateObservableGauge("mport.tunnels.open", () => tunnels.OpenIds().Count, unit: null, "Tunnels that a client holds now.");
        _meter.CreateObservableGauge("mport.tunnels.visitors", () => visitors.Count, unit: null, "Visitors' connections on public TCP ports and requests of HTTP tunnels now.");
    }

    /// <summary>A visitor came in.</summary>
    public void VisitorAccepted() => _visitors.Add(1);

    /// <summary>A visitor was turned away.</summary>
    public void VisitorRefused(VisitorRefusal reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason.ToTag()));

    /// <summary>A visitor's connection was ended by the edge.</summary>
    public void VisitorCut(VisitorVerdict verdict) => _cut.Add(1, new KeyValuePair<string, object?>("reason", verdict switch
    {
        VisitorVerdict.Stalled => "stalled",
        VisitorVerdict.Idle => "idle",
        VisitorVerdict.OverQuota => "quota",
        _ => throw new UnreachableException(),
    }));

    private Measurement<long>[] ReadTraffic() =>
    [
        new(Bytes.FromSocket, new KeyValuePair<string, object?>("direction", "in")),
        new(Bytes.ToSocket, new KeyValuePair<string, object?>("direction", "out")),
    ];
}
