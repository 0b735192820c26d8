using System.Net;
using System.Net.Sockets;

namespace Mport.Protocol.ProxyProtocol;

/// <summary>
/// What a PROXY protocol header says (haproxy's proxy-protocol.txt): who the connection is from, and which address that one reached.
/// Without both, the header stands for the connection as it is: UNKNOWN in version 1, LOCAL in version 2.
/// </summary>
public sealed record ProxyHeader
{
    /// <summary>A header that tells no address.</summary>
    public static ProxyHeader Unknown { get; } = new();

    /// <summary>What the addresses are of.</summary>
    public ProxyTransport Transport { get; init; }

    /// <summary>The visitor; null where the header does not say.</summary>
    public IPEndPoint? Source { get; init; }

    /// <summary>The address that the visitor reached; null where the header does not say.</summary>
    public IPEndPoint? Destination { get; init; }

    /// <summary>The header of a visitor who is known.</summary>
    /// <param name="transport">Stream or datagram.</param>
    /// <param name="source">The visitor.</param>
    /// <param name="destination">What the visitor reached; null where nobody knows it, for which the header has the family's unspecified address.</param>
    public static ProxyHeader Of(ProxyTransport transport, IPEndPoint source, IPEndPoint? destination)
    {
        var from = Plain(source);
        var to = destination is null ? new IPEndPoint(Unspecified(from.AddressFamily), 0) : Plain(destination);
        // A header has one family. An IPv4 address can be written as an IPv6 one, not the other way round.
        return from.AddressFamily == to.AddressFamily
            ? new ProxyHeader { Transport = transport, Source = from, Destination = to }
            : new ProxyHeader { Transport = transport, Source = ToV6(from), Destination = ToV6(to) };
    }

    private static IPEndPoint Plain(IPEndPoint endPoint) =>
        endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port)
        // A scope has a meaning on one machine only, and the wire has no place for it.
        : endPoint.AddressFamily == AddressFamily.InterNetworkV6 && endPoint.Address.ScopeId != 0 ? new IPEndPoint(new IPAddress(endPoint.Address.GetAddressBytes()), endPoint.Port)
        : endPoint;

    private static IPEndPoint ToV6(IPEndPoint endPoint) => new(endPoint.Address.MapToIPv6(), endPoint.Port);

    private static IPAddress Unspecified(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
}

/// <summary>What the addresses of a header are of.</summary>
public enum ProxyTransport
{
    /// <summary>Not told.</summary>
    Unspecified,

    /// <summary>A TCP connection.</summary>
    Stream,

    /// <summary>UDP datagrams.</summary>
    Datagram,
}
