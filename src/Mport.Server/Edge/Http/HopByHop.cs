using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;

namespace Mport.Server.Edge.Http;

/// <summary>
/// The headers that belong to one connection (RFC 9110, 7.6.1). YARP leaves out the well-known ones; here are those that Connection names, and
/// those that it may not name (SEC-07). Of a request whose Connection has close or keep-alive beside other names, Kestrel passes on that alone, and
/// what the others named stays.
/// </summary>
internal static class HopByHop
{
    // Naming one of these would make the edge drop what routing, framing or the target's security rests on.
    private static readonly FrozenSet<string> Kept = new[]
    {
        "Host", "Content-Length", "Transfer-Encoding", "Content-Type", "Content-Encoding", "Authorization", "Cookie", "Set-Cookie", "Origin", "Forwarded",
        "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Connection", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version",
        "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Sec-WebSocket-Accept", "WWW-Authenticate", "Location", "Cache-Control",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Removes the headers that a Connection header names.</summary>
    /// <param name="connection">The values of the Connection header.</param>
    /// <param name="headers">Where to remove them.</param>
    public static void RemoveNamed(StringValues connection, IHeaderDictionary headers)
    {
        foreach (var value in connection)
        {
            foreach (var range in value.AsSpan().Split(','))
            {
                var name = value.AsSpan(range).Trim();
                // The everyday tokens are no headers that would be passed on.
                if (name.IsEmpty || name.Equals("keep-alive", StringComparison.OrdinalIgnoreCase) || name.Equals("close", StringComparison.OrdinalIgnoreCase))
                {
                    continue;
                }

                var header = name.ToString();
                if (!Kept.Contains(header))
                {
                    headers.Remove(header);
                }
            }
        }
    }
}
