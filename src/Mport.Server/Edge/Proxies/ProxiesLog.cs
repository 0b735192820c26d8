using System.Net;

namespace Mport.Server.Edge.Proxies;

/// <summary>What is logged about proxies in front of the edge. Event ids 1700 to 1799.</summary>
internal static partial class ProxiesLog
{
    [LoggerMessage(1700, LogLevel.Warning, "A connection from {Address} was dropped: {Reason}. It lies in a network of --proxy-protocol-from; {Count} such so far.")]
    public static partial void HeaderMissing(this ILogger logger, IPAddress address, string reason, long count);
}
