using System.Globalization;
using Mport.Protocol.Errors;

namespace Mport.Server.Api;

/// <summary>A failure as the API answers it (RFC 9457). A handler returns it in its <c>Results&lt;…&gt;</c>.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The catalogue's code.</param>
/// <param name="Title">What happened, the same for each occurrence.</param>
/// <param name="Detail">What happened this time, and what to do; holds no secret.</param>
internal sealed record ApiProblem(int Status, ErrorCode Code, string Title, string Detail) : IResult
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>Which members of the request are at fault.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <summary>When to try again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What the path does not find for this caller. Another account's object is the same as none (SEC-40).</summary>
    public static ApiProblem NotFound { get; } = Of(StatusCodes.Status404NotFound, ApiErrors.NotFound);

    /// <summary>A problem whose detail is the catalogue's own.</summary>
    public static ApiProblem Of(int status, ErrorDescription description) => new(status, description.Code, description.Title, $"{description.Why} {description.Fix}");

    /// <summary>A problem with the particulars of this case before the catalogue's advice.</summary>
    public static ApiProblem Of(int status, ErrorDescription description, string what) => new(status, description.Code, description.Title, $"{what} {description.Fix}");

    /// <summary>A problem from a failure of another part of the edge.</summary>
    public static ApiProblem Of(int status, Failure failure) =>
        new(status, failure.Code, ErrorCatalog.Find(failure.Code)?.Title ?? "The edge refused", failure.Text) { RetryAfter = failure.RetryAfter };

    /// <summary>Members of the request cannot be used.</summary>
    public static ApiProblem Invalid(params IReadOnlyList<FieldError> errors) =>
        Of(StatusCodes.Status422UnprocessableEntity, ApiErrors.RequestInvalid, errors.Count == 1 ? $"{errors[0].Pointer}: {errors[0].Detail}" : $"{errors.Count} members cannot be used.")
            with
        { Errors = errors };

    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var body = new ProblemAnswer
        {
            Type = "urn:mport:error:" + Code,
            Title = Title,
            Status = Status,
            Detail = Detail,
            Code = Code.ToString(),
            TraceId = httpContext.Features.Get<ApiTrace>()?.Id ?? "",
            Errors = Errors.Count == 0 ? null : Errors,
        };
        response.StatusCode = Status;
        response.Headers.CacheControl = "no-store";
        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer realm=\"mport\"";
        }

        httpContext.Features.Get<ApiTrace>()?.Failed(Code);
        return response.WriteAsJsonAsync(body, ApiJson.Default.ProblemAnswer, MediaType, httpContext.RequestAborted);
    }
}

/// <summary>One member of a request that cannot be used.</summary>
/// <param name="Pointer">A JSON pointer into the body, or <c>?name</c> for a query parameter.</param>
/// <param name="Detail">Why.</param>
internal sealed record FieldError(string Pointer, string Detail);

/// <summary>A problem's body.</summary>
internal sealed record ProblemAnswer
{
    /// <summary>The kind of problem, as a URN.</summary>
    public required string Type { get; init; }

    /// <summary>What happened, the same for each occurrence.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What happened this time, and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>The stable code, <c>MP-nnnn</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What the edge's log has this request under.</summary>
    public required string TraceId { get; init; }

    /// <summary>Which members of the request are at fault.</summary>
    public IReadOnlyList<FieldError>? Errors { get; init; }
}
