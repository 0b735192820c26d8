using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;

namespace Mport.Server.Edge.Http;

/// <summary>
/// Who the visitor is, told to the target in headers: the edge sets them and removes whatever the visitor sent under these names, because a
/// target trusts them (SEC-06).
/// </summary>
internal static class ForwardedHeaders
{
    private const string Prefix = "X-Forwarded";

    private static readonly FrozenSet<string> Spoofable = new[]
    {
        "Forwarded", "X-Real-IP", "X-Client-IP", "Client-IP", "True-Client-IP", "CF-Connecting-IP", "CF-Connecting-IPv6", "Fastly-Client-IP",
        "X-Cluster-Client-IP", "X-Original-Forwarded-For", "X-Original-For", "X-Original-Host", "X-Original-Proto", "X-Remote-IP", "X-Remote-Addr",
        "X-Originating-IP", "X-Host", "X-ProxyUser-IP",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>True for a header that a target might take for the edge's word about the visitor; an underscore counts as a hyphen, as in CGI.</summary>
    public static bool IsSpoofable(string name)
    {
        // Nearly all names end here: none of the list begins otherwise.
        if (name.Length == 0 || (name[0] | 0x20) is not ('x' or 'f' or 'c' or 't'))
        {
            return false;
        }

        var canonical = name.Contains('_') ? name.Replace('_', '-') : name;
        return canonical.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || Spoofable.Contains(canonical);
    }

    /// <summary>Sets the edge's own headers.</summary>
    public static void Set(IHeaderDictionary headers, IPAddress? visitor, string scheme, string host)
    {
        var plain = visitor is { IsIPv4MappedToIPv6: true } ? visitor.MapToIPv4() : visitor;
        var address = plain?.ToString() ?? "unknown";
        headers["X-Forwarded-For"] = address;
        headers["X-Forwarded-Proto"] = scheme;
        headers["X-Forwarded-Host"] = host;
        // RFC 7239: what is not a token is quoted, and an IPv6 address has brackets. A host that routing has accepted needs no escapes.
        var node = plain?.AddressFamily == AddressFamily.InterNetworkV6 ? $"\"[{address}]\"" : address;
        headers["Forwarded"] = $"for={node};host=\"{host}\";proto={scheme}";
    }
}
