using System.Net;
using System.Text;
using Mport.Server.Edge.Pages;

namespace Mport.Server.Metrics;

/// <summary><c>GET /metrics</c> on the edge's own domain and plain HTTP port. To whom it is not shown it looks like any path that is not there.</summary>
internal sealed class MetricsPage(MetricsCollector collector, MetricsAccess access)
{
    // What a proxy on the edge's machine adds: its visitors come from loopback too, and are none of ours to trust.
    private static readonly string[] ProxyHeaders = ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"];

    /// <summary>Answers.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        if (!IsAllowed(context))
        {
            await PageRenderer.WriteAsync(context, VisitorPage.UnknownPath);
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(collector.ToPrometheusText());
        var response = context.Response;
        response.ContentType = PrometheusText.ContentType;
        response.ContentLength = bytes.Length;
        response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    private bool IsAllowed(HttpContext context) => !context.Request.IsHttps && access switch
    {
        MetricsAccess.Public => true,
        MetricsAccess.Off => false,
        MetricsAccess.Loopback => IsLoopback(context.Connection.RemoteIpAddress) && !Array.Exists(ProxyHeaders, context.Request.Headers.ContainsKey),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static bool IsLoopback(IPAddress? address) =>
        address is not null && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
