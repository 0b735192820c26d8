using System.Globalization;
using Mport.Protocol.Errors;
using Mport.Server.Api;

namespace Mport.Server.Events;

/// <summary>A moment in a query: RFC 3339, as the API writes them.</summary>
internal static class ApiMoment
{
    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads one; absent stays absent.</summary>
    public static ApiProblem? Read(string parameter, string? text, out DateTimeOffset? moment)
    {
        moment = null;
        if (text is null)
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var read) && read >= Earliest && read < Latest)
        {
            moment = read;
            return null;
        }

        return Refuse(parameter, "It must be a time such as 2026-01-31T12:00:00Z.");
    }

    /// <summary>A query's parameter that cannot be used.</summary>
    public static ApiProblem Refuse(string parameter, string detail) =>
        ApiProblem.Of(StatusCodes.Status400BadRequest, ApiErrors.RequestInvalid, $"?{parameter}: {detail}") with { Errors = [new FieldError("?" + parameter, detail)] };
}
