using System.Diagnostics.Metrics;
using Mport.Server.Metrics;

namespace Mport.Server.Tunnels.Groups;

/// <summary>What is counted about groups of clients and about the health of targets.</summary>
internal sealed class GroupsMetrics
{
    private readonly UpDownCounter<long> _members;
    private readonly Counter<long> _joined;
    private readonly Counter<long> _left;
    private readonly Counter<long> _health;

    /// <summary>Makes the instruments.</summary>
    public GroupsMetrics(EdgeMeters meters)
    {
        var meter = meters.Create("groups");
        _members = meter.CreateUpDownCounter<long>("mport.groups.members", unit: null, "Clients that share a tunnel with others now.");
        _joined = meter.CreateCounter<long>("mport.groups.joined", unit: null, "Clients that joined a group.");
        _left = meter.CreateCounter<long>("mport.groups.left", unit: null, "Clients that left a group, or whose session ended.");
        _health = meter.CreateCounter<long>("mport.groups.health_changes", unit: null, "How often a client told that its target is well again or ill, in a group or not.");
    }

    /// <summary>A member came.</summary>
    public void Joined()
    {
        _members.Add(1);
        _joined.Add(1);
    }

    /// <summary>A member went.</summary>
    public void Left()
    {
        _members.Add(-1);
        _left.Add(1);
    }

    /// <summary>A target is well again, or ill.</summary>
    public void HealthChanged(bool healthy) => _health.Add(1, new KeyValuePair<string, object?>("health", healthy ? "well" : "ill"));
}
