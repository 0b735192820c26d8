using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Mport.Server.Accounts;
using Mport.Server.Edge.Listeners;
using Mport.Server.Edge.Pages;
using Mport.Server.Edge.Proxies;
using Mport.Server.Limits;
using Mport.Server.Policy;
using Mport.Server.Tunnels;
using Yarp.ReverseProxy.Forwarder;

namespace Mport.Server.Edge.Http;

/// <summary>Forwards one request through a link to its target, by YARP's direct forwarder.</summary>
internal sealed class TunnelForwarder(IHttpForwarder forwarder, TunnelPools pools, VisitorGate gate, EdgeWebOptions options, HttpMetrics metrics, TimeProvider time, ILogger<TunnelForwarder> logger)
{
    private const string UnusedPrefix = "http://target";

    // In a group: the visitor waits for each of them.
    private const int MaxTries = 3;

    private static readonly ForwarderRequestConfig Config = new()
    {
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        // AnswerDeadline has the limit; YARP's would end event streams and WebSockets that are quiet.
        ActivityTimeout = Timeout.InfiniteTimeSpan,
        AllowResponseBuffering = false,
    };

    /// <summary>Forwards as the tunnel's rules have it, and answers with a page of the edge's own where that fails before the answer has begun.</summary>
    public async Task ForwardAsync(HttpContext context, TunnelLink link, PolicyPlan? plan)
    {
        var visitor = AddressBlock.Of(context.Connection.RemoteIpAddress ?? IPAddress.None);
        using var place = gate.TryEnter(visitor, link.TunnelId, link.AccountId, out var refusal);
        if (place is null)
        {
            var page = PageFor(refusal);
            metrics.Refused(page);
            await PageRenderer.WriteAsync(context, page);
            return;
        }

        // Before a client is chosen: a tunnel that is stopped now either is seen to be so there, or ends this request.
        var address = new IPEndPoint(context.Connection.RemoteIpAddress ?? IPAddress.None, context.Connection.RemotePort);
        using var connection = gate.Connections.Enter(link.TunnelId, TunnelProto.Http, ConnectionEnds.Plain(address));
        connection.OnEnd(context.Abort);
        connection.Bytes = CountedVisit.Begin(context);
        var began = time.GetTimestamp();
        metrics.Began();
        try
        {
            if (await TryClientsAsync(context, link, plan) is { } failed)
            {
                metrics.Refused(failed);
                context.Response.Clear();
                await PageRenderer.WriteAsync(context, failed);
            }
        }
        finally
        {
            metrics.Ended(context.Response.StatusCode, time.GetElapsedTime(began));
        }
    }

    /// <summary>Sends the request through one client after the other, as long as nothing of it was sent; null once the visitor has its answer.</summary>
    private async Task<VisitorPage?> TryClientsAsync(HttpContext context, TunnelLink link, PolicyPlan? plan)
    {
        using var deadline = new AnswerDeadline(options.AnswerTimeout, time);
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
        {
            context.Request.Body = new WatchedBody(context.Request.Body, deadline);
        }

        List<TunnelLink> tried = [];
        VisitorPage? failed = null;
        while (tried.Count < MaxTries && link.Choose(context.Connection.RemoteIpAddress, tried) is { } member)
        {
            if (member.Quota?.TryEnter() == false)
            {
                failed = VisitorPage.QuotaReached(member.Quota.RetryAfter(time.GetUtcNow()));
                tried.Add(member);
                continue;
            }

            var repeatable = link.Members > tried.Count + 1 && CanBeRepeated(context.Request);
            bool another;
            member.VisitorCame();
            member.Usage?.CountRequest();
            try
            {
                (failed, another) = await SendAsync(context, member, plan, repeatable, deadline);
            }
            finally
            {
                member.VisitorLeft();
                member.Quota?.Leave();
            }

            if (failed is null || !another)
            {
                return failed;
            }

            tried.Add(member);
            context.Response.Clear();
        }

        return failed ?? VisitorPage.TargetIll;
    }

    // RFC 9110, 9.2.1: asking twice does no more than asking once.
    private static bool CanBeRepeated(HttpRequest request) =>
        request.Body is not WatchedBody && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method));

    private async Task<(VisitorPage? Failed, bool Another)> SendAsync(HttpContext context, TunnelLink link, PolicyPlan? plan, bool repeatable, AnswerDeadline deadline)
    {
        // Before a kept stream is used: on a broken connection, a request would wait on it for as long as the connection is kept.
        if (!await link.IsReachableAsync(deadline.Token))
        {
            return (VisitorPage.ClientAway, Another: true);
        }

        if (link.IsCut)
        {
            return (VisitorPage.ClientAway, Another: false);
        }

        var pool = pools.Get(link);
        if (!pool.TryEnter())
        {
            return (VisitorPage.TunnelBusy, Another: true);
        }

        try
        {
            using var attempt = repeatable ? new GroupAttempt(deadline, link.Gone) : null;
            return await SendAsync(context, link, plan, pool, deadline, attempt);
        }
        finally
        {
            pool.Leave();
        }
    }

    private async Task<(VisitorPage? Failed, bool Another)> SendAsync(
        HttpContext context, TunnelLink link, PolicyPlan? plan, TunnelPool pool, AnswerDeadline deadline, GroupAttempt? attempt)
    {
        // HTTP step 4: the pool opens a stream to the client or takes a kept one, and the request goes out on it.
        var transformer = new TunnelTransformer(deadline, options.Domain, link, plan);
        var error = await forwarder.SendAsync(context, UnusedPrefix, pool.Invoker, Config, transformer, attempt?.Token ?? deadline.Token);
        if (error == ForwarderError.None && transformer.Compression is { } compression)
        {
            await compression.CompleteAsync();
        }

        if (error == ForwarderError.None || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            return (null, Another: false);
        }

        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        var givenUp = !deadline.IsOver && attempt?.IsGivenUp == true;
        var page = deadline.IsOver ? DescribeStandstill(deadline)
            : givenUp ? VisitorPage.ClientAway
            : ForwardFailure.Describe(error, exception, link.Ended.IsCancellationRequested);
        logger.RequestFailed(link.TunnelId, page.Status, page.Description.Code, exception);
        return (page, Another: givenUp || (!deadline.IsOver && ForwardFailure.IsNotSent(exception)));
    }

    private static VisitorPage PageFor(VisitorRefusal refusal) => refusal switch
    {
        VisitorRefusal.TunnelFull => VisitorPage.TunnelBusy,
        VisitorRefusal.AccountFull => VisitorPage.AccountBusy,
        VisitorRefusal.AddressFull => VisitorPage.VisitorBusy,
        _ => VisitorPage.EdgeBusy,
    };

    private VisitorPage DescribeStandstill(AnswerDeadline deadline) => deadline.IsVisitorsTurn
        ? VisitorPage.VisitorSlow
        : VisitorPage.TargetSlow($"It did not begin to answer within {options.AnswerTimeout.TotalSeconds:0} s.");
}
