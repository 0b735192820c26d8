using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Mport.Server.Edge.Http;

/// <summary>One address in X-Forwarded-For or Forwarded: <c>192.0.2.7</c>, <c>192.0.2.7:4711</c>, <c>2001:db8::1</c>, <c>[2001:db8::1]:4711</c>.</summary>
internal static class ForwardedNode
{
    private const int LongestText = 64;

    /// <summary>Reads it; false for "unknown", names that hide an address, and anything else. The port is dropped.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (text is null or { Length: 0 or > LongestText } || text.Contains('%'))
        {
            return false;
        }

        var host = text.AsSpan();
        if (host[0] == '[')
        {
            var end = host.IndexOf(']');
            if (end < 0 || (end + 1 < host.Length && !IsPort(host[(end + 1)..])))
            {
                return false;
            }

            return IPAddress.TryParse(host[1..end], out address) && address.AddressFamily == AddressFamily.InterNetworkV6;
        }

        // One colon parts a port from an IPv4 address; an IPv6 address has two at least.
        var colon = host.IndexOf(':');
        if (colon >= 0 && host.LastIndexOf(':') == colon)
        {
            if (!IsPort(host[colon..]))
            {
                return false;
            }

            host = host[..colon];
        }

        if (!IPAddress.TryParse(host, out address))
        {
            return false;
        }

        // .NET also reads 10.1 and 0x0a000001.
        return address.AddressFamily == AddressFamily.InterNetworkV6 || host.SequenceEqual(address.ToString());
    }

    private static bool IsPort(ReadOnlySpan<char> text) => text is [':', _, ..] && text.Length <= 6 && !text[1..].ContainsAnyExceptInRange('0', '9');
}
