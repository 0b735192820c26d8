using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Mport.Protocol.Errors;
using Mport.Server.Edge.Pages;
using Mport.Server.Policy;
using Mport.Server.Tunnels;

namespace Mport.Server.Edge.Http;

/// <summary>Puts a tunnel's rules in front of a request: answers it, or makes it ready for the target.</summary>
/// <param name="secrets">Knows each tunnel's trace key.</param>
/// <param name="metrics">Counts the pages.</param>
/// <param name="tlsPort">Where visitors of http are sent to.</param>
internal sealed class VisitorPolicy(PolicySecrets secrets, HttpMetrics metrics, int tlsPort)
{
    /// <summary>The request header in which the tunnel's owner shows the trace key. It never reaches a target.</summary>
    public const string TraceHeader = "Mport-Trace";

    /// <summary>The answer's header in which the owner reads which rule decided.</summary>
    public const string PolicyHeader = "Mport-Policy";

    /// <summary>Applies the rules; null when they have answered.</summary>
    public async ValueTask<PolicyPlan?> PassAsync(HttpContext context, TunnelLink link, TunnelPolicy policy)
    {
        var request = HttpPolicyRequest.Of(context, tlsPort);
        var plan = policy.Decide(request);
        Trace(context, link, plan);
        if (plan.Answer is { } answer)
        {
            await AnswerAsync(context, answer);
            return null;
        }

        Prepare(context, plan);
        return plan;
    }

    /// <summary>The page of an answer that has one.</summary>
    public static VisitorPage PageOf(PolicyAnswer answer) => new(answer.Status, answer.Error ?? VisitorErrors.BadRequest)
    {
        Particulars = answer.Particulars,
        RetryAfter = answer.RetryAfter,
        Headers = answer.Headers,
    };

    /// <summary>The Host of a target as its client tells it; null where that is no host.</summary>
    public static string? HostOfTarget(string? target)
    {
        var text = target ?? "";
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        text = scheme < 0 ? text : text[(scheme + 3)..];
        var path = text.IndexOf('/');
        text = path < 0 ? text : text[..path];
        return HostName.TryParse(text, out _) ? text : null;
    }

    private void Trace(HttpContext context, TunnelLink link, PolicyPlan plan)
    {
        if (context.Request.Headers[TraceHeader] is not [{ } key] || !secrets.IsTraceKey(link.TunnelId, key))
        {
            return;
        }

        var text = plan.Answer is { } answer ? $"{answer.Status} by {plan.Decider}" : plan.Decider is { } opener ? $"passed by {opener}" : "passed";
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[PolicyHeader] = text;
            return Task.CompletedTask;
        });
    }

    private async Task AnswerAsync(HttpContext context, PolicyAnswer answer)
    {
        if (answer.Error is not null)
        {
            var page = PageOf(answer);
            metrics.Refused(page);
            await PageRenderer.WriteAsync(context, page);
            return;
        }

        var response = context.Response;
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers.Append(name, value);
        }

        if (answer.Status is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified)
        {
            return;
        }

        var body = Encoding.UTF8.GetBytes(answer.Body);
        response.ContentLength = body.Length;
        if (body.Length > 0)
        {
            response.ContentType = answer.ContentType;
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await response.Body.WriteAsync(body, context.RequestAborted);
            }
        }
    }

    private static void Prepare(HttpContext context, PolicyPlan plan)
    {
        var headers = context.Request.Headers;
        HopByHop.RemoveNamed(headers.Connection, headers);

        // Some targets take their path from these, past every rule that looks at it.
        headers.Remove("X-Original-URL");
        headers.Remove("X-Rewrite-URL");
        if (plan.DropsAuthorization)
        {
            headers.Remove("Authorization");
        }

        foreach (var changes in plan.RequestHeaders ?? [])
        {
            HeaderRewrites.Apply(changes, headers);
        }

        if (plan.BodyLimit is { } limit && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = limit;
        }
    }
}
