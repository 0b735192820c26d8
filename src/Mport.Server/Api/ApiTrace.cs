using System.Diagnostics;
using Mport.Protocol.Errors;

namespace Mport.Server.Api;

/// <summary>One API request in the log: its id, and how it failed if it did. A feature of the request.</summary>
/// <param name="id">32 hexadecimal digits: the trace id of the caller's <c>traceparent</c>, or one of our own.</param>
internal sealed class ApiTrace(string id)
{
    /// <summary>32 hexadecimal digits.</summary>
    public string Id { get; } = id;

    /// <summary>The code of the problem that was answered.</summary>
    public ErrorCode? Code { get; private set; }

    /// <summary>A trace for this request.</summary>
    public static ApiTrace Of(HttpRequest request) => new(
        ActivityContext.TryParse(request.Headers.TraceParent, traceState: null, out var parent) ? parent.TraceId.ToHexString() : ActivityTraceId.CreateRandom().ToHexString());

    /// <summary>A problem is being answered.</summary>
    public void Failed(ErrorCode code) => Code = code;
}
