using Microsoft.AspNetCore.Http.Features;
using Mport.Protocol.Relay;

namespace Mport.Server.Edge.Http;

/// <summary>
/// Lets the bytes of a WebSocket, or of another protocol that a request was upgraded to, be counted. Bodies of requests and answers are not: that costs each of
/// them a tenth of its time and more (<c>./bench/run --only http</c>), and the tunnel's usage has them anyway.
/// </summary>
internal static class CountedVisit
{
    /// <summary>Counts from now on, where the request asks for another protocol.</summary>
    /// <returns>The count; null for any other request.</returns>
    public static ByteCount? Begin(HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
        {
            var count = new ByteCount();
            context.Features.Set<IHttpUpgradeFeature>(new CountedUpgrade(upgrade, count));
            return count;
        }

        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            var count = new ByteCount();
            context.Features.Set<IHttpExtendedConnectFeature>(new CountedConnect(connect, count));
            return count;
        }

        return null;
    }

    private sealed class CountedUpgrade(IHttpUpgradeFeature inner, ByteCount count) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => new VisitorStream(await inner.UpgradeAsync(), count);
    }

    private sealed class CountedConnect(IHttpExtendedConnectFeature inner, ByteCount count) : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => inner.IsExtendedConnect;

        public string? Protocol => inner.Protocol;

        public async ValueTask<Stream> AcceptAsync() => new VisitorStream(await inner.AcceptAsync(), count);
    }
}
