namespace Mport.Server.Api;

/// <summary>One kind of credentials. The sources are asked one after the other; a request with an Authorization header is the token source's alone.</summary>
internal interface ICallerSource
{
    /// <summary>Who sends the request; null when it has no credentials of this kind.</summary>
    ValueTask<CallerAnswer?> FindAsync(HttpContext context, CancellationToken cancellationToken);
}

/// <summary>What became of credentials: <see cref="Known"/> or <see cref="Refused"/>.</summary>
internal abstract record CallerAnswer
{
    private CallerAnswer()
    {
    }

    /// <summary>They are good.</summary>
    internal sealed record Known(ApiCaller Caller) : CallerAnswer;

    /// <summary>They are not; the request ends with this.</summary>
    internal sealed record Refused(ApiProblem Problem) : CallerAnswer;
}
