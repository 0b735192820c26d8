using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Mport.Server.Edge.Http;

/// <summary>
/// Once another process serves new connections: makes each answer the last one of its connection. A connection that is idle is not closed for
/// that: a request that is under way to it would fail. It gets its last answer, or ends with the keep-alive time.
/// </summary>
internal sealed class LastAnswers
{
    private volatile bool _isOn;

    /// <summary>From now on each answer is its connection's last one.</summary>
    public void Begin() => _isOn = true;

    /// <summary>Sees to it that the answer to this request says so. A request that came before it began leaves room for one more.</summary>
    public void Prepare(HttpContext context)
    {
        if (_isOn)
        {
            context.Response.OnStarting(static state => Mark((HttpContext)state), context);
        }
    }

    private static Task Mark(HttpContext context)
    {
        if (context.Response.StatusCode == StatusCodes.Status101SwitchingProtocols)
        {
            return Task.CompletedTask;
        }

        if (HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            // GOAWAY: the streams that are open go on.
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
        else
        {
            context.Response.Headers.Connection = "close";
        }

        return Task.CompletedTask;
    }
}
