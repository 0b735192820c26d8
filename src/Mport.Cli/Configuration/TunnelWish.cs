using System.Text.Json;
using Mport.Client;
using Mport.Protocol.Errors;

namespace Mport.Cli.Configuration;

/// <summary>What the command line or one section of the configuration file asks for: a tunnel, or one for each port of a range. Pure.</summary>
internal sealed record TunnelWish
{
    /// <summary>Tunnels of one range at most: as many as the edge gives one session.</summary>
    public const int MostTunnels = 100;

    /// <summary>What they carry.</summary>
    public required TunnelKind Kind { get; init; }

    /// <summary>The local services.</summary>
    public required TargetSpan Target { get; init; }

    /// <summary>The name; of a range, what its tunnels' names begin with. Null takes the group's, or makes one of kind and target.</summary>
    public string? Name { get; init; }

    /// <summary>The wanted subdomain.</summary>
    public string? Subdomain { get; init; }

    /// <summary>The wanted custom domains.</summary>
    public IReadOnlyList<string>? Domains { get; init; }

    /// <summary>The part of its hosts.</summary>
    public string? Path { get; init; }

    /// <summary>The wanted public ports: as many as there are targets, or the first of them.</summary>
    public PortSpan? RemotePorts { get; init; }

    /// <summary>Take the tunnels from another machine.</summary>
    public bool Takeover { get; init; }

    /// <summary>The version of the PROXY protocol.</summary>
    public int? ProxyProtocol { get; init; }

    /// <summary>The group that shares the tunnels.</summary>
    public string? Group { get; init; }

    /// <summary>The team that the tunnels belong to.</summary>
    public string? Team { get; init; }

    /// <summary>Each visitor address to the same member.</summary>
    public bool Sticky { get; init; }

    /// <summary>How to find out whether the targets are well.</summary>
    public HealthCheck? Health { get; init; }

    /// <summary>The rules in front of the tunnels.</summary>
    public JsonElement? Policy { get; init; }

    private bool IsRange => Target.Count > 1;

    /// <summary>What does not go together, each as a sentence without its full stop.</summary>
    /// <param name="subject">What the tunnel is called at the start of a sentence.</param>
    /// <param name="option">How the user writes the option that the configuration file calls so.</param>
    public IEnumerable<string> Contradictions(string subject, Func<string, string> option)
    {
        var kind = Kind.ToWire();
        if (Kind.UsesHost())
        {
            if (IsRange)
            {
                yield return $"{subject} is {kind}, which takes one port; a range is for tcp, udp and tcp+udp";
            }

            if (RemotePorts is not null)
            {
                yield return $"{subject} is {kind}, which has no public port of its own; remove {option("remote_port")}";
            }

            if (Kind == TunnelKind.Tls && Path is not null)
            {
                yield return $"{subject} is tls, of which the edge sees no path; remove {option("path")}";
            }

            if (Kind == TunnelKind.Http && ProxyProtocol is not null)
            {
                yield return $"{subject} is http, whose connections to the target serve several visitors each, so that no PROXY header fits; "
                    + $"remove {option("proxy_protocol")} (X-Forwarded-For names the visitor), or make it a tcp tunnel";
            }
        }
        else if (Subdomain is not null || Domains is not null || Path is not null)
        {
            yield return $"{subject} is {kind}, which has a public port and no host of its own; remove {option(Subdomain is not null ? "subdomain" : Domains is not null ? "domain" : "path")}";
        }

        if (Kind == TunnelKind.Udp && Health is not null)
        {
            yield return $"{subject} is udp, and a health check connects by TCP; remove {option("health")}";
        }

        if (Sticky && Group is null)
        {
            yield return $"{subject} is in no group, among whose members to stay with one; remove {option("sticky")} or add {option("group")}";
        }

        if (RemotePorts is { } ports && ports.Count != Target.Count && ports.Count > 1)
        {
            yield return $"{subject} has {Target.Count} target port{(IsRange ? "s" : "")} and {ports.Count} public ports; give as many, or the first of them alone";
        }
        else if (RemotePorts is { } start && start.First + Target.Count - 1 > 65535)
        {
            yield return $"{subject} has {Target.Count} ports, of which the last would be above 65535 when {start.First} is the first";
        }
    }

    /// <summary>The names that cannot be used.</summary>
    public IEnumerable<Failure> BadNames() => ToSpecs().Select(spec => TunnelText.CheckName(spec.Name)).OfType<Failure>().Take(1);

    /// <summary>The tunnels.</summary>
    public IReadOnlyList<TunnelSpec> ToSpecs() => [.. Enumerable.Range(0, Target.Count).Select(ToSpec)];

    private TunnelSpec ToSpec(int index)
    {
        var target = Target[index];
        var name = Name ?? Group;
        return new TunnelSpec
        {
            Name = name is null ? TunnelSpec.DefaultName(Kind, target) : IsRange ? $"{name}-{target.Port}" : name,
            Kind = Kind,
            Target = target,
            Subdomain = Subdomain,
            Domains = Domains,
            Path = Path,
            RemotePort = RemotePorts?.First + index,
            Takeover = Takeover,
            ProxyProtocol = ProxyProtocol,
            Group = Group,
            Team = Team,
            Sticky = Sticky,
            Health = Health,
            Policy = Policy,
        };
    }
}
