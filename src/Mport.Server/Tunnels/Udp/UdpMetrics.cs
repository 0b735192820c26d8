using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mport.Protocol.Datagrams;
using Mport.Server.Metrics;

namespace Mport.Server.Tunnels.Udp;

/// <summary>What is counted about UDP tunnels.</summary>
internal sealed class UdpMetrics
{
    private readonly DatagramCount _count;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">The edge's meters.</param>
    /// <param name="count">The datagrams of all tunnels.</param>
    /// <param name="visitors">Tells how many visitors there are.</param>
    public UdpMetrics(EdgeMeters meters, DatagramCount count, Func<int> visitors)
    {
        _count = count;
        var meter = meters.Create("datagrams");
        meter.CreateObservableCounter("mport.datagrams.passed", ReadPassed, unit: null, "Datagrams of UDP tunnels, by direction: in is from visitors, out to them.");
        meter.CreateObservableCounter("mport.datagrams.dropped", ReadDropped, unit: null, "Datagrams of UDP tunnels that the edge dropped, by reason.");
        meter.CreateObservableGauge("mport.datagrams.visitors", visitors, unit: null, "Visitors of UDP tunnels now.");
    }

    private static string Tag(DatagramDrop drop) => drop switch
    {
        DatagramDrop.Behind => "behind",
        DatagramDrop.SocketFull => "socket_full",
        DatagramDrop.Refused => "refused",
        DatagramDrop.TooLarge => "too_large",
        DatagramDrop.Unknown => "unknown_visitor",
        DatagramDrop.Unverified => "unverified_visitor",
        DatagramDrop.BadSource => "bad_source",
        DatagramDrop.OverBandwidth => "over_bandwidth",
        DatagramDrop.OverQuota => "over_quota",
        DatagramDrop.PolicyRefused => "policy",
        _ => throw new UnreachableException(),
    };

    private Measurement<long>[] ReadPassed() =>
    [
        new(_count.FromSocket, new KeyValuePair<string, object?>("direction", "in")),
        new(_count.ToSocket, new KeyValuePair<string, object?>("direction", "out")),
    ];

    private Measurement<long>[] ReadDropped() =>
        [.. Enum.GetValues<DatagramDrop>().Select(drop => new Measurement<long>(_count.Dropped(drop), new KeyValuePair<string, object?>("reason", Tag(drop))))];
}
