using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Mport.Server.Policy;
using Mport.Server.Tunnels;
using Yarp.ReverseProxy.Forwarder;

namespace Mport.Server.Edge.Http;

/// <summary>What changes on a request's way to the target, and on the answer's way back. One for each request.</summary>
/// <param name="deadline">Stopped when the answer begins.</param>
/// <param name="edgeDomain">The edge's own domain.</param>
/// <param name="link">Where the request goes.</param>
/// <param name="plan">What the tunnel's rules have changed; null for a tunnel without.</param>
internal sealed class TunnelTransformer(AnswerDeadline deadline, string edgeDomain, TunnelLink link, PolicyPlan? plan) : HttpTransformer
{
    /// <summary>The compression of the answer, to be completed when all of it was copied; null for none.</summary>
    public AnswerCompression? Compression { get; private set; }

    /// <inheritdoc />
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var request = httpContext.Request;
        var headers = request.Headers;
        if (plan is null)
        {
            // Else it was done before the rules set theirs: a visitor must not have them removed.
            HopByHop.RemoveNamed(headers.Connection, headers);
        }

        RemoveSpoofed(headers);
        headers.Remove(VisitorPolicy.TraceHeader);
        var told = httpContext.Features.Get<ForwardedVisitor>();
        ForwardedHeaders.Set(headers, httpContext.Connection.RemoteIpAddress, told, request.Scheme, headers.Host.ToString());
        // 100-continue goes through, so that the target decides before the body flows; other expectations exist only in attacks (RFC 9110, 10.1.1).
        if (headers.Expect.Count > 0 && !headers.Expect.ToString().Equals("100-continue", StringComparison.OrdinalIgnoreCase))
        {
            headers.Remove(HeaderNames.Expect);
        }

        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        if (proxyRequest.Content is { } content && request.Body is WatchedBody body)
        {
            proxyRequest.Content = new StreamedContent(content, body);
        }

        proxyRequest.RequestUri = TargetUri.Create(plan?.Target ?? httpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        if (plan?.Host is { } host || (plan is { HostIsTarget: true } && (host = VisitorPolicy.HostOfTarget(link.Target)) is not null))
        {
            proxyRequest.Headers.Host = host;
        }
    }

    /// <inheritdoc />
    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
        {
            return false;
        }

        deadline.Stop();
        TargetResponseRules.Check(proxyResponse);
        var copyBody = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        var headers = httpContext.Response.Headers;
        if (proxyResponse.Headers.NonValidated.TryGetValues(HeaderNames.Connection, out var named))
        {
            HopByHop.RemoveNamed(new StringValues([.. named]), headers);
        }

        if (headers.SetCookie.Count > 0)
        {
            headers.SetCookie = new StringValues([.. headers.SetCookie.Select(cookie => CookieDomain.Narrow(cookie ?? "", edgeDomain))]);
        }

        foreach (var changes in plan?.ResponseHeaders ?? [])
        {
            HeaderRewrites.Apply(changes, headers);
        }

        if (proxyResponse.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.ResetContent)
        {
            // A length beside a status without body is the target's mistake; Kestrel would refuse to send it.
            headers.ContentLength = null;
            return copyBody && proxyResponse.StatusCode == HttpStatusCode.NoContent;
        }

        if (plan is { Compresses: true } && copyBody)
        {
            Compression = AnswerCompression.TryBegin(httpContext);
        }

        if (copyBody && proxyResponse.Content.Headers.ContentLength is null && proxyResponse.StatusCode is not (HttpStatusCode.SwitchingProtocols or HttpStatusCode.NotModified))
        {
            // A stream of events may be quiet at first, and its reader waits for the head; YARP would hold it until the first byte of the body.
            await httpContext.Response.Body.FlushAsync(cancellationToken);
        }

        return copyBody;
    }

    private static void RemoveSpoofed(IHeaderDictionary headers)
    {
        List<string>? spoofed = null;
        foreach (var (name, _) in headers)
        {
            if (ForwardedHeaders.IsSpoofable(name))
            {
                (spoofed ??= []).Add(name);
            }
        }

        foreach (var name in spoofed ?? [])
        {
            headers.Remove(name);
        }
    }
}
