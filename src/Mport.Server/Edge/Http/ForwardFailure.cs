using Mport.Protocol;
using Mport.Protocol.Errors;
using Mport.Protocol.Streams;
using Mport.Server.Edge.Pages;
using Mport.Server.Policy.Rules;
using Yarp.ReverseProxy.Forwarder;

namespace Mport.Server.Edge.Http;

/// <summary>Turns what went wrong on the way to the target into the page for the visitor. Pure.</summary>
internal static class ForwardFailure
{
    /// <summary>The page for a failure of which nothing was sent to the visitor yet.</summary>
    /// <param name="error">At which step it went wrong.</param>
    /// <param name="exception">What YARP or the pool ran into.</param>
    /// <param name="linkEnded">True when the client or the tunnel is gone.</param>
    public static VisitorPage Describe(ForwarderError error, Exception? exception, bool linkEnded)
    {
        foreach (var cause in Causes(exception))
        {
            if (DescribeCause(cause) is { } page)
            {
                return page;
            }
        }

        // What cannot be copied to the visitor, such as two lengths, is no HTTP either.
        return error == ForwarderError.ResponseHeaders ? VisitorPage.NotHttp(particulars: null)
            : linkEnded ? VisitorPage.ClientAway : VisitorPage.TargetDown(particulars: null);
    }

    /// <summary>Whether nothing of the request reached any target: no connection came to be, or the pool was disposed before it was asked for one.</summary>
    public static bool IsNotSent(Exception? exception) => exception is ObjectDisposedException || Causes(exception).Exists(cause => cause is NotSentException);

    private static VisitorPage? DescribeCause(Exception cause) => cause switch
    {
        TargetFailedException failed => DescribeAnswer(failed.Answer),
        BadTargetResponseException bad => VisitorPage.NotHttp(bad.Message),
        // Longer than a rule of the tunnel lets it be; the edge itself has no limit.
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => VisitorPolicy.PageOf(BodyLimitRule.TooLarge),
        BadHttpRequestException bad => VisitorPage.BadRequest with { Status = bad.StatusCode },
        StreamException stream => DescribeStream(stream.Description),
        // The pool was disposed between the lookup and the request.
        ObjectDisposedException => VisitorPage.ClientAway,
        TimeoutException => VisitorPage.TargetSlow("The connection to it was not ready in time."),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => VisitorPage.NotHttp(particulars: null),
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => VisitorPage.NotHttp("Its response headers are over 64 KiB."),
        _ => null,
    };

    private static VisitorPage DescribeAnswer(StreamAnswer answer)
    {
        var particulars = answer.Text.Length == 0 ? null : answer.Text;
        return answer.Status switch
        {
            StreamStatus.TimedOut => VisitorPage.TargetSlow(particulars),
            StreamStatus.Overloaded => VisitorPage.TunnelBusy,
            _ => VisitorPage.TargetDown(particulars),
        };
    }

    private static VisitorPage? DescribeStream(ErrorDescription description) =>
        description == ConnectionErrors.ClientOverloaded ? VisitorPage.TunnelBusy
        : description == ProtocolErrors.BuffersFull ? VisitorPage.EdgeBusy
        // A stream that was reset alone: the target, unless the link is gone too.
        : description == ProtocolErrors.StreamReset ? null
        : VisitorPage.ClientAway;

    // The innermost cause says most.
    private static List<Exception> Causes(Exception? exception)
    {
        var causes = new List<Exception>();
        var waiting = new Stack<Exception>();
        for (var next = exception; next is not null; next = waiting.Count > 0 ? waiting.Pop() : null)
        {
            causes.Add(next);
            if (next is AggregateException many)
            {
                foreach (var inner in many.InnerExceptions)
                {
                    waiting.Push(inner);
                }
            }
            else if (next.InnerException is { } inner)
            {
                waiting.Push(inner);
            }
        }

        causes.Reverse();
        return causes;
    }
}
