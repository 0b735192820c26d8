using System.Text.Json;

namespace Mport.Client;

/// <summary>A tunnel that the client wants to have open.</summary>
public sealed record TunnelSpec
{
    /// <summary>The name within the account; see <see cref="DefaultName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>What it carries.</summary>
    public required TunnelKind Kind { get; init; }

    /// <summary>The local service.</summary>
    public required TargetAddress Target { get; init; }

    /// <summary>For http: the wanted subdomain, or null to let the edge choose or keep it.</summary>
    public string? Subdomain { get; init; }

    /// <summary>For http and tls: the wanted custom domains; null keeps those that the tunnel has.</summary>
    public IReadOnlyList<string>? Domains { get; init; }

    /// <summary>For http: the part of its hosts that the tunnel answers for, such as <c>/api</c>; null keeps the one that it has.</summary>
    public string? Path { get; init; }

    /// <summary>For tcp and udp: the wanted public port, or null to let the edge choose or keep it.</summary>
    public int? RemotePort { get; init; }

    /// <summary>Take the tunnel from another machine of the same account.</summary>
    public bool Takeover { get; init; }

    /// <summary>For tcp and udp: the version (1 or 2) of the PROXY protocol header that tells the target the visitor's address; null sends none.</summary>
    public int? ProxyProtocol { get; init; }

    /// <summary>Share the tunnel with the account's other clients that name the same group; null keeps it to this client.</summary>
    public string? Group { get; init; }

    /// <summary>The team of the account that the tunnel belongs to, by name; null for the account's own.</summary>
    public string? Team { get; init; }

    /// <summary>With a group: each visitor address goes to the same member for as long as it is there.</summary>
    public bool Sticky { get; init; }

    /// <summary>How to find out whether the target is well; null does not look.</summary>
    public HealthCheck? Health { get; init; }

    /// <summary>The rules in front of the tunnel, a JSON list that the edge reads; null for none.</summary>
    public JsonElement? Policy { get; init; }

    /// <summary>The name of a tunnel that was given none: from kind and target, so that a restart finds the same tunnel, port and URL again.</summary>
    public static string DefaultName(TunnelKind kind, TargetAddress target)
    {
        var proto = kind == TunnelKind.TcpUdp ? "tcp-udp" : kind.ToWire();
        if (target.Host is "127.0.0.1" or "localhost")
        {
            return $"{proto}-{target.Port}";
        }

        var host = string.Concat(target.Host.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        var name = $"{proto}-{host}-{target.Port}";
        return name.Length <= 63 ? name : $"{proto}-{host[^40..].Trim('-')}-{target.Port}";
    }
}

/// <summary>What a tunnel carries.</summary>
public enum TunnelKind
{
    /// <summary>HTTP requests, by host name.</summary>
    Http,

    /// <summary>Bytes, by public port.</summary>
    Tcp,

    /// <summary>TLS connections, by the host name that they ask for; the edge sees nothing of what is inside.</summary>
    Tls,

    /// <summary>Datagrams, by public port.</summary>
    Udp,

    /// <summary>Bytes and datagrams, by one public port number for both.</summary>
    TcpUdp,
}

/// <summary>The wire's words for the kinds.</summary>
public static class TunnelKinds
{
    /// <summary>Whether visitors come by datagrams, alone or too.</summary>
    public static bool UsesUdp(this TunnelKind kind) => kind is TunnelKind.Udp or TunnelKind.TcpUdp;

    /// <summary>Whether visitors come by a host name; the other kinds have a public port.</summary>
    public static bool UsesHost(this TunnelKind kind) => kind is TunnelKind.Http or TunnelKind.Tls;

    /// <summary>The word on the wire and in configuration files.</summary>
    public static string ToWire(this TunnelKind kind) => kind switch
    {
        TunnelKind.Http => "http",
        TunnelKind.Tcp => "tcp",
        TunnelKind.Tls => "tls",
        TunnelKind.Udp => "udp",
        TunnelKind.TcpUdp => "tcp+udp",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
