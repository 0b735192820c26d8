using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mport.Server.Edge.Http;

/// <summary>
/// A request's host in the one form that routing compares (SEC-05): lower-case, without port and without the dot at the end. Only for routing;
/// the target gets the header as the visitor sent it.
/// </summary>
/// <param name="Name">The name, or the address without brackets.</param>
/// <param name="IsAddress">True for an IPv4 address or an IPv6 address in brackets.</param>
internal readonly record struct HostName(string Name, bool IsAddress)
{
    private const int MaxNameLength = 253;
    private const int MaxLabelLength = 63;

    // Underscores are no host name's, but people use them in subdomains elsewhere; here they only lead to "unknown".
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>Reads a Host header or <c>:authority</c>. False when it is not a host with an optional port: user info, escapes, a bad port, too long.</summary>
    public static bool TryParse(string? text, out HostName host)
    {
        host = default;
        if (string.IsNullOrEmpty(text) || text.Length > MaxNameLength + ":65535".Length + 1)
        {
            return false;
        }

        return text[0] == '[' ? TryParseV6(text, out host) : TryParseName(text, out host);
    }

    private static bool TryParseV6(string text, out HostName host)
    {
        host = default;
        var end = text.IndexOf(']');
        if (end < 0 || !IsPort(text.AsSpan(end + 1)) || text.AsSpan(0, end).Contains('%')
            || !IPAddress.TryParse(text.AsSpan(1, end - 1), out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        host = new HostName(address.ToString(), IsAddress: true);
        return true;
    }

    private static bool TryParseName(string text, out HostName host)
    {
        host = default;
        var colon = text.IndexOf(':');
        var name = colon < 0 ? text.AsSpan() : text.AsSpan(0, colon);
        if (colon >= 0 && !IsPort(text.AsSpan(colon)))
        {
            return false;
        }

        if (name is [.., '.'])
        {
            name = name[..^1];
        }

        if (name.Length is 0 or > MaxNameLength || name.ContainsAnyExcept(NameCharacters) || !HasGoodLabels(name))
        {
            return false;
        }

        host = new HostName(name.ToString().ToLowerInvariant(), IsV4(name));
        return true;
    }

    private static bool HasGoodLabels(ReadOnlySpan<char> name)
    {
        foreach (var label in name.Split('.'))
        {
            if (name[label].Length is 0 or > MaxLabelLength)
            {
                return false;
            }
        }

        return true;
    }

    // Only four decimal numbers; the parser alone would take "1", "0x7f.1" and "010.0.0.1" as well.
    private static bool IsV4(ReadOnlySpan<char> name)
    {
        var parts = 0;
        foreach (var part in name.Split('.'))
        {
            var digits = name[part];
            if (digits.Length > 3 || digits is ['0', _, ..] || !byte.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                return false;
            }

            parts++;
        }

        return parts == 4;
    }

    // What follows the name: nothing, or a colon and a port from 1 to 65535. RFC 3986 allows a colon with nothing behind it.
    private static bool IsPort(ReadOnlySpan<char> text) =>
        text is "" or ":" || (text[0] == ':' && text.Length <= 6
            && ushort.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0);
}
