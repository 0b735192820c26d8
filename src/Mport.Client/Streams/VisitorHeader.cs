using Mport.Protocol.ProxyProtocol;
using Mport.Protocol.Streams;

namespace Mport.Client.Streams;

/// <summary>The PROXY protocol header that tells a target who its visitor is.</summary>
internal static class VisitorHeader
{
    /// <summary>The header for a visitor's connection; empty when the tunnel sends none.</summary>
    /// <param name="version">1, 2 or none.</param>
    /// <param name="prelude">What the edge said about the visitor. Of a connection that several visitors share it says nothing, and so does the header.</param>
    public static byte[] Of(int? version, StreamPrelude prelude)
    {
        var header = prelude is { Kind: StreamKind.Tcp, Visitor: { } visitor }
            ? ProxyHeader.Of(ProxyTransport.Stream, visitor, prelude.Public)
            : ProxyHeader.Unknown;
        return version switch
        {
            null => [],
            1 => ProxyHeaderV1.Write(header),
            _ => ProxyHeaderV2.Write(header),
        };
    }

    /// <summary>What is wrong with a tunnel's wish for such a header; null when nothing is.</summary>
    public static string? Fault(TunnelSpec spec) => spec switch
    {
        { ProxyProtocol: null } => null,
        { ProxyProtocol: not (1 or 2) } => $"{spec.Name}: the PROXY protocol has the versions 1 and 2, not {spec.ProxyProtocol}.",
        { Kind: TunnelKind.Http } =>
            $"{spec.Name}: an http tunnel's connections carry the requests of several visitors, so a PROXY header cannot name one; the target finds the visitor in X-Forwarded-For.",
        { Kind: TunnelKind.Udp or TunnelKind.TcpUdp, ProxyProtocol: 1 } => $"{spec.Name}: version 1 of the PROXY protocol has no place for UDP; use 2.",
        _ => null,
    };
}
