using System.Buffers;
using Microsoft.AspNetCore.Http.Features;

namespace Mport.Server.Edge.Http;

/// <summary>
/// Refuses requests that a target might read differently from Kestrel, or that no proxy should carry (SEC-01, SEC-08). Kestrel has refused the
/// worst by now; what is here is what it lets pass.
/// </summary>
internal static class RequestRules
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> ControlCharacters =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(c => (char)c).Where(c => c != '\t'), '\x7f']);

    /// <summary>What is wrong with a request that goes to a tunnel.</summary>
    public static RequestFault Check(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsTrace(request.Method) || (HttpMethods.IsConnect(request.Method) && !IsWebSocketConnect(context)))
        {
            return RequestFault.Method;
        }

        if (!IsTarget(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget))
        {
            return RequestFault.Malformed;
        }

        foreach (var (name, values) in request.Headers)
        {
            // HTTP/2's pseudo-headers are in the list too.
            if (name.AsSpan(name is [':', ..] ? 1 : 0).ContainsAnyExcept(TokenCharacters))
            {
                return RequestFault.Malformed;
            }

            foreach (var value in values)
            {
                if (value.AsSpan().ContainsAny(ControlCharacters))
                {
                    return RequestFault.Malformed;
                }
            }
        }

        return CheckFraming(request);
    }

    private static RequestFault CheckFraming(HttpRequest request)
    {
        var coding = request.Headers.TransferEncoding;
        if (coding.Count == 0)
        {
            return RequestFault.None;
        }

        // Given both lengths, Kestrel follows the coding and renames Content-Length to this (RFC 9112, 6.3: ought to be an error).
        if (request.Protocol == HttpProtocol.Http10 || request.Headers.ContainsKey("X-Content-Length") || request.ContentLength is not null)
        {
            return RequestFault.Malformed;
        }

        return coding is [{ } only] && only.Equals("chunked", StringComparison.OrdinalIgnoreCase) ? RequestFault.None : RequestFault.Coding;
    }

    private static bool IsWebSocketConnect(HttpContext context) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: { } protocol }
        && protocol.Equals("websocket", StringComparison.OrdinalIgnoreCase);

    // Origin-form, absolute-form or the asterisk, in visible ASCII.
    private static bool IsTarget(string target) => target.Length > 0 && !target.AsSpan().ContainsAnyExceptInRange('!', '~');
}

/// <summary>What is wrong with a request.</summary>
internal enum RequestFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It breaks the rules of HTTP: 400.</summary>
    Malformed,

    /// <summary>A transfer coding that the edge does not carry: 501.</summary>
    Coding,

    /// <summary>A method that the edge does not carry: 405.</summary>
    Method,
}
