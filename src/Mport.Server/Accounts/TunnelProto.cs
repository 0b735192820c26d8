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

    /// <summary>A public TCP port and the UDP port of the same number.</summary>
    TcpUdp,
}

/// <summary>The kinds of tunnels as the wire and the database write them.</summary>
internal static class TunnelProtoText
{
    /// <summary>Whether the kind has a public port; the others have a subdomain.</summary>
    public static bool UsesPort(this TunnelProto proto) => proto.UsesTcp() || proto.UsesUdp();

    /// <summary>Whether the kind has a public TCP port.</summary>
    public static bool UsesTcp(this TunnelProto proto) => proto is TunnelProto.Tcp or TunnelProto.TcpUdp;

    /// <summary>Whether the kind has a public UDP port.</summary>
    public static bool UsesUdp(this TunnelProto proto) => proto is TunnelProto.Udp or TunnelProto.TcpUdp;

    /// <summary><c>http</c>, <c>tcp</c>, <c>tls</c>, <c>udp</c> or <c>tcp+udp</c>.</summary>
    public static string ToText(this TunnelProto proto) => proto switch
    {
        TunnelProto.Http => "http",
        TunnelProto.Tcp => "tcp",
        TunnelProto.Tls => "tls",
        TunnelProto.Udp => "udp",
        TunnelProto.TcpUdp => "tcp+udp",
        _ => throw new UnreachableException(),
    };

    /// <summary>Reads what <see cref="ToText"/> writes.</summary>
    public static TunnelProto? Parse(string? text) => text switch
    {
        "http" => TunnelProto.Http,
        "tcp" => TunnelProto.Tcp,
        "tls" => TunnelProto.Tls,
        "udp" => TunnelProto.Udp,
        "tcp+udp" => TunnelProto.TcpUdp,
        _ => null,
    };
}
