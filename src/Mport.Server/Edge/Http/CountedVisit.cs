using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Mport.Protocol.Relay;

namespace Mport.Server.Edge.Http;

/// <summary>Lets the bodies of one request, and what follows an upgrade, be counted; all else is Kestrel's.</summary>
internal static class CountedVisit
{
    /// <summary>Counts from now on.</summary>
    public static void Begin(HttpContext context, ByteCount count)
    {
        context.Request.Body = new VisitorStream(context.Request.Body, count);
        if (context.Features.Get<IHttpResponseBodyFeature>() is { } body)
        {
            context.Features.Set<IHttpResponseBodyFeature>(new CountedBody(body, count));
        }

        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
        {
            context.Features.Set<IHttpUpgradeFeature>(new CountedUpgrade(upgrade, count));
        }

        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            context.Features.Set<IHttpExtendedConnectFeature>(new CountedConnect(connect, count));
        }
    }

    private sealed class CountedBody(IHttpResponseBodyFeature inner, ByteCount count) : IHttpResponseBodyFeature
    {
        public Stream Stream { get; } = new VisitorStream(inner.Stream, count);

        public PipeWriter Writer => inner.Writer;

        public Task CompleteAsync() => inner.CompleteAsync();

        public void DisableBuffering() => inner.DisableBuffering();

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => inner.SendFileAsync(path, offset, count, cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);
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
