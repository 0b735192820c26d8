using System.Globalization;
using Mport.Protocol.Errors;

namespace Mport.Server.Api;

/// <summary>ETags and If-Match: a change that was made to what the caller has read (RFC 9110).</summary>
internal static class Preconditions
{
    /// <summary>The ETag of a revision.</summary>
    public static string ETag(long revision) => string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    /// <summary>Writes the ETag of what is answered.</summary>
    public static void Show(HttpContext context, long revision) => context.Response.Headers.ETag = ETag(revision);

    /// <summary>Why a change of the object of this revision may not be made; null when it may.</summary>
    /// <param name="context">The request.</param>
    /// <param name="revision">The object's revision.</param>
    /// <param name="required">Whether a request without If-Match is refused too.</param>
    public static ApiProblem? Check(HttpContext context, long revision, bool required = false)
    {
        var given = context.Request.Headers.IfMatch;
        if (given.Count == 0)
        {
            return required ? ApiProblem.Of(StatusCodes.Status428PreconditionRequired, ApiErrors.PreconditionRequired) : null;
        }

        var wanted = ETag(revision);
        return given.SelectMany(header => (header ?? "").Split(',', StringSplitOptions.TrimEntries)).Any(tag => tag == "*" || tag == wanted) ? null : Failed;
    }

    /// <summary>Somebody else was faster.</summary>
    public static ApiProblem Failed { get; } = ApiProblem.Of(StatusCodes.Status412PreconditionFailed, ApiErrors.PreconditionFailed);
}
