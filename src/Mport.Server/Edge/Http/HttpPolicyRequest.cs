using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Mport.Server.Policy;

namespace Mport.Server.Edge.Http;

/// <summary>A visitor's request as the tunnel's rules see it.</summary>
internal sealed class HttpPolicyRequest(IHeaderDictionary headers) : PolicyRequest
{
    /// <inheritdoc />
    public override StringValues Header(string name) => headers[name];

    /// <summary>Of a request that <see cref="RequestRules"/> has accepted.</summary>
    public static HttpPolicyRequest Of(HttpContext context, int tlsPort)
    {
        var request = context.Request;
        var told = context.Features.Get<ForwardedVisitor>();
        var host = HostName.TryParse(request.Headers.Host.ToString(), out var name) ? name.Name : "";
        var target = TargetUri.PathOf(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        return new HttpPolicyRequest(request.Headers)
        {
            // Over HTTP/2 a WebSocket begins with CONNECT, over HTTP/1.1 with GET (RFC 8441).
            Method = HttpMethods.IsConnect(request.Method) ? HttpMethods.Get : request.Method,
            Target = target,
            Path = PolicyPath.Of(PolicyPath.RawPathOf(target)),
            Host = host,
            Address = Plain(context.Connection.RemoteIpAddress),
            IsHttps = (told?.Scheme ?? request.Scheme) == Uri.UriSchemeHttps,
            // A proxy in front has a port of its own, which only it knows.
            HttpsOrigin = told is not null || tlsPort == 443 ? $"https://{told?.Host ?? host}" : $"https://{host}:{tlsPort}",
            ContentLength = request.ContentLength,
        };
    }
}
