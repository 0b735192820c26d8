using System.Diagnostics;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Mport.Server.Certificates.Challenges;
using Mport.Server.Edge.Pages;

namespace Mport.Server.Edge.Http;

/// <summary>Where every HTTP request comes in: to the edge's own endpoints, to a tunnel, or to a page that says why not.</summary>
internal sealed class VisitorRequests(HostRouter router, TrustedProxies proxies, VisitorPolicy policies, TunnelForwarder forwarder, LastAnswers lastAnswers, HttpChallenges challenges, HttpMetrics metrics)
{
    /// <summary>Serves a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="own">The edge's own endpoints.</param>
    public Task HandleAsync(HttpContext context, RequestDelegate own)
    {
        lastAnswers.Prepare(context);
        proxies.Apply(context);
        // HTTP step 1: whose host is it?
        var host = context.Request.Headers.Host.ToString();
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (context.Features.Get<ITlsHandshakeFeature>()?.HostName is { Length: > 0 } serverName && !router.MayShare(serverName, host))
        {
            return RefuseAsync(context, VisitorPage.Misdirected);
        }

        if (challenges.Find(host, target) is { } answer)
        {
            return PageRenderer.WriteTextAsync(context, StatusCodes.Status200OK, answer);
        }

        var route = router.Find(host, target);
        return route.Owner switch
        {
            HostOwner.Edge => own(context),
            HostOwner.Tunnel => HandleTunnelAsync(context, route),
            HostOwner.Passthrough => RefuseAsync(context, VisitorPage.TlsOnly),
            HostOwner.Nobody => RefuseAsync(context, VisitorPage.UnknownHost),
            HostOwner.Malformed => RefuseAsync(context, VisitorPage.BadRequest),
            _ => throw new UnreachableException(),
        };
    }

    private async Task HandleTunnelAsync(HttpContext context, HostRoute route)
    {
        if (route is { Link: null, Address: { } address } && router.Returning.IsAwaited(address))
        {
            // This edge has just taken another one's place, and the client is on its way here.
            await router.Returning.WaitAsync(address, context.RequestAborted);
            route = router.Find(context.Request.Headers.Host.ToString(), context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        }

        // HTTP step 2: is it a request that may be carried, and is the client here?
        var refusal = RequestRules.Check(context) switch
        {
            RequestFault.None => null,
            RequestFault.Malformed => VisitorPage.BadRequest,
            RequestFault.Coding => VisitorPage.BadCoding,
            RequestFault.Method => VisitorPage.MethodRefused,
            _ => throw new UnreachableException(),
        };
        refusal ??= route.Link is null ? VisitorPage.ClientAway : null;
        if (refusal is not null || route.Link is not { } link)
        {
            await RefuseAsync(context, refusal ?? VisitorPage.ClientAway);
            return;
        }

        // HTTP step 3: the rules in front of the tunnel. A tunnel without rules costs this one look.
        if (link.Policy.Current is not { } policy)
        {
            await forwarder.ForwardAsync(context, link, plan: null);
        }
        else if (await policies.PassAsync(context, link, policy) is { } plan)
        {
            await forwarder.ForwardAsync(context, link, plan);
        }
    }

    private Task RefuseAsync(HttpContext context, VisitorPage page)
    {
        metrics.Refused(page);
        return PageRenderer.WriteAsync(context, page);
    }
}
