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

    /// <summary>For tcp: the wanted public port, or null to let the edge choose or keep it.</summary>
    public int? RemotePort { get; init; }

    /// <summary>Take the tunnel from another machine of the same account.</summary>
    public bool Takeover { get; init; }

    /// <summary>The name of a tunnel that was given none: from kind and target, so that a restart finds the same tunnel, port and URL again.</summary>
    public static string DefaultName(TunnelKind kind, TargetAddress target)
    {
        var proto = kind.ToWire();
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
}

/// <summary>The wire's words for the kinds.</summary>
public static class TunnelKinds
{
    /// <summary>The word on the wire and in configuration files.</summary>
    public static string ToWire(this TunnelKind kind) => kind switch
    {
        TunnelKind.Http => "http",
        TunnelKind.Tcp => "tcp",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
