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
    /// <param name="headers">The request's.</param>
    /// <param name="visitor">Whom the request is from.</param>
    /// <param name="told">What trusted proxies in front say; null when there is none.</param>
    /// <param name="scheme">The scheme of the connection to the edge.</param>
    /// <param name="host">The request's own host.</param>
    public static void Set(IHeaderDictionary headers, IPAddress? visitor, ForwardedVisitor? told, string scheme, string host)
    {
        scheme = told?.Scheme ?? scheme;
        host = told?.Host ?? host;
        headers["X-Forwarded-For"] = told is null ? Text(visitor) : string.Join(", ", told.Chain.Select(Text));
        headers["X-Forwarded-Proto"] = scheme;
        headers["X-Forwarded-Host"] = host;
        // RFC 7239. A host that routing has accepted needs no escapes.
        var first = $"for={Node(visitor)};host=\"{host}\";proto={scheme}";
        headers["Forwarded"] = told is null ? first : string.Join(", ", told.Chain.Skip(1).Select(proxy => $"for={Node(proxy)}").Prepend(first));
    }

    private static string Text(IPAddress? address) => Plain(address)?.ToString() ?? "unknown";

    // What is not a token is quoted, and an IPv6 address has brackets.
    private static string Node(IPAddress? address) => Plain(address)?.AddressFamily == AddressFamily.InterNetworkV6 ? $"\"[{Text(address)}]\"" : Text(address);

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
