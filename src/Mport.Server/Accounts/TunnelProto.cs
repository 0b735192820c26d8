using System.Diagnostics;

namespace Mport.Server.Accounts;

/// <summary>The kinds of tunnels.</summary>
internal enum TunnelProto
{
    /// <summary>A subdomain of the edge's domain, forwarded as HTTP.</summary>
    Http,

    /// <summary>A public TCP port.</summary>
    Tcp,

    /// <summary>A subdomain whose TLS is passed through.</summary>
    Tls,

    /// <summary>A public UDP port.</summary>
    Udp,
}

/// <summary>The kinds of tunnels as the wire and the database write them.</summary>
internal static class TunnelProtoText
{
    /// <summary>Whether the kind has a public port; the others have a subdomain.</summary>
    public static bool UsesPort(this TunnelProto proto) => proto is TunnelProto.Tcp or TunnelProto.Udp;

    /// <summary><c>http</c>, <c>tcp</c>, <c>tls</c> or <c>udp</c>.</summary>
    public static string ToText(this TunnelProto proto) => proto switch
    {
        TunnelProto.Http => "http",
        TunnelProto.Tcp => "tcp",
        TunnelProto.Tls => "tls",
        TunnelProto.Udp => "udp",
        _ => throw new UnreachableException(),
    };

    /// <summary>Reads what <see cref="ToText"/> writes.</summary>
    public static TunnelProto? Parse(string? text) => text switch
    {
        "http" => TunnelProto.Http,
        "tcp" => TunnelProto.Tcp,
        "tls" => TunnelProto.Tls,
        "udp" => TunnelProto.Udp,
        _ => null,
    };
}
