using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Mport.Server.Edge.Pages;
using Mport.Server.Tunnels;
using Yarp.ReverseProxy.Forwarder;

namespace Mport.Server.Edge.Http;

/// <summary>Forwards one request through a link to its target, by YARP's direct forwarder.</summary>
internal sealed class TunnelForwarder(IHttpForwarder forwarder, TunnelPools pools, EdgeWebOptions options, HttpMetrics metrics, TimeProvider time, ILogger<TunnelForwarder> logger)
{
    private const string UnusedPrefix = "http://target";

    private static readonly ForwarderRequestConfig Config = new()
    {
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        // AnswerDeadline has the limit; YARP's would end event streams and WebSockets that are quiet.
        ActivityTimeout = Timeout.InfiniteTimeSpan,
        AllowResponseBuffering = false,
    };

    /// <summary>Forwards, and answers with a page of the edge's own where that fails before the answer has begun.</summary>
    public async Task ForwardAsync(HttpContext context, TunnelLink link)
    {
        var pool = pools.Get(link);
        if (!pool.TryEnter())
        {
            metrics.Refused(VisitorPage.TunnelBusy);
            await PageRenderer.WriteAsync(context, VisitorPage.TunnelBusy);
            return;
        }

        var began = time.GetTimestamp();
        metrics.Began();
        try
        {
            await SendAsync(context, link, pool);
        }
        finally
        {
            pool.Leave();
            metrics.Ended(context.Response.StatusCode, time.GetElapsedTime(began));
        }
    }

    private async Task SendAsync(HttpContext context, TunnelLink link, TunnelPool pool)
    {
        using var deadline = new AnswerDeadline(options.AnswerTimeout, time);
        if (!await link.IsReachableAsync(deadline.Token))
        {
            metrics.Refused(VisitorPage.ClientAway);
            await PageRenderer.WriteAsync(context, VisitorPage.ClientAway);
            return;
        }

        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
        {
            context.Request.Body = new WatchedBody(context.Request.Body, deadline);
        }

        // HTTP step 3: the pool opens a stream to the client or takes a kept one, and the request goes out on it.
        var transformer = new TunnelTransformer(deadline, options.Domain);
        var error = await forwarder.SendAsync(context, UnusedPrefix, pool.Invoker, Config, transformer, deadline.Token);
        if (error == ForwarderError.None || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        var page = deadline.IsOver ? DescribeStandstill(deadline) : ForwardFailure.Describe(error, exception, link.Ended.IsCancellationRequested);
        metrics.Refused(page);
        logger.RequestFailed(link.TunnelId, page.Status, page.Description.Code, exception);
        context.Response.Clear();
        await PageRenderer.WriteAsync(context, page);
    }

    private VisitorPage DescribeStandstill(AnswerDeadline deadline) => deadline.IsVisitorsTurn
        ? VisitorPage.VisitorSlow
        : VisitorPage.TargetSlow($"It did not begin to answer within {options.AnswerTimeout.TotalSeconds:0} s.");
}
