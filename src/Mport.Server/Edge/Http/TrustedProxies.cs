using System.Net;
using Microsoft.Extensions.Primitives;
using Mport.Server.Edge.Proxies;

namespace Mport.Server.Edge.Http;

/// <summary>
/// Believes what reverse proxies in front of the edge say about a visitor, if they lie in the given networks; nobody else is believed (SEC-06).
/// The visitor is the right-most address that is not such a proxy: what stands left of it, the visitor may have written himself.
/// </summary>
/// <param name="networks">Where such proxies are.</param>
internal sealed class TrustedProxies(IpNetworks networks)
{
    // More hops than any real chain; a longer one is cut where it is read, from the right.
    private const int MostHops = 16;

    /// <summary>For a request of such a proxy: makes the visitor's address the connection's, and keeps the rest for the target's headers.</summary>
    public void Apply(HttpContext context)
    {
        if (networks.IsEmpty || context.Connection.RemoteIpAddress is not { } peer || !networks.Contains(peer))
        {
            return;
        }

        var told = Read(context.Request.Headers, peer);
        context.Features.Set(told);
        context.Connection.RemoteIpAddress = told.Visitor;
        // It was the proxy's.
        context.Connection.RemotePort = 0;
    }

    /// <summary>Reads what a trusted peer says.</summary>
    internal ForwardedVisitor Read(IHeaderDictionary headers, IPAddress peer)
    {
        var told = headers["X-Forwarded-For"];
        // One or the other: a proxy that knows only one of them passes the other on as the visitor wrote it.
        if (told.Count == 0 && headers["Forwarded"] is { Count: > 0 } forwarded)
        {
            return ReadForwarded(ForwardedElements.Parse(forwarded), peer);
        }

        var chain = Walk(Split(told), peer, static entry => entry);
        return new ForwardedVisitor { Chain = chain, Scheme = SchemeOf(Last(headers["X-Forwarded-Proto"])), Host = HostOf(Last(headers["X-Forwarded-Host"])) };
    }

    private ForwardedVisitor ReadForwarded(IReadOnlyList<ForwardedElement> elements, IPAddress peer)
    {
        var chain = Walk(elements, peer, static element => element.For);
        // Scheme and host stand in the element of the proxy that the visitor reached.
        var visitors = chain.Count > 1 ? elements[^(chain.Count - 1)] : default;
        return new ForwardedVisitor { Chain = chain, Scheme = SchemeOf(visitors.Proto), Host = HostOf(visitors.Host) };
    }

    private List<IPAddress> Walk<T>(IReadOnlyList<T> entries, IPAddress peer, Func<T, string?> nodeOf)
    {
        List<IPAddress> chain = [peer];
        for (var i = entries.Count - 1; i >= 0 && chain.Count < MostHops && networks.Contains(chain[0]); i--)
        {
            if (!ForwardedNode.TryParse(nodeOf(entries[i]), out var address))
            {
                break;
            }

            chain.Insert(0, address);
        }

        return chain;
    }

    private static string[] Split(StringValues values) => values.Count == 0 ? [] : values.ToString().Split(',', StringSplitOptions.TrimEntries);

    private static string? Last(StringValues values) => values.Count == 0 ? null : values.ToString().Split(',', StringSplitOptions.TrimEntries)[^1];

    private static string? SchemeOf(string? text) => text?.ToLowerInvariant() is "http" or "https" ? text.ToLowerInvariant() : null;

    // The same rule as for the Host header, so that it needs no escapes where it is passed on.
    private static string? HostOf(string? text) => HostName.TryParse(text, out _) ? text : null;
}
