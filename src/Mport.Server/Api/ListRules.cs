using System.Globalization;
using Mport.Protocol.Errors;

namespace Mport.Server.Api;

/// <summary>What an endpoint's list can be sorted by. Stated with <c>.Lists(…)</c>; the query is read before the endpoint runs.</summary>
/// <param name="sorts">The fields; the first is the default, with a minus before it in descending order.</param>
internal sealed class ListRules(IReadOnlyList<string> sorts)
{
    /// <summary>Rows of a page at most.</summary>
    public const int MaxLimit = 200;

    /// <summary>Rows of a page when nothing is said.</summary>
    public const int DefaultLimit = 50;

    /// <summary>Characters of a search at most.</summary>
    public const int MaxSearch = 100;

    /// <summary>The fields, each in the direction that it is named in.</summary>
    public IReadOnlyList<string> Sorts => sorts;

    /// <summary>Reads <c>limit</c>, <c>sort</c>, <c>q</c> and <c>cursor</c>.</summary>
    public (ListQuery? Query, ApiProblem? Problem) Read(HttpContext context, ListCursors cursors)
    {
        var given = context.Request.Query;
        var limit = DefaultLimit;
        if (given.TryGetValue("limit", out var limitText)
            && (!int.TryParse(limitText.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is 0 or > MaxLimit))
        {
            return Refuse("?limit", $"It must be a number from 1 to {MaxLimit}.");
        }

        var sort = given.TryGetValue("sort", out var sortText) ? sortText.ToString() : sorts[0];
        var field = sort.StartsWith('-') ? sort[1..] : sort;
        if (!sorts.Any(known => known.TrimStart('-') == field))
        {
            return Refuse("?sort", $"It must be one of {string.Join(", ", sorts.Select(known => known.TrimStart('-')))}, with a minus before it for descending order.");
        }

        var search = given["q"].ToString();
        if (search.Length > MaxSearch || search.Any(char.IsControl))
        {
            return Refuse("?q", $"It must be a text of at most {MaxSearch} characters without control characters.");
        }

        var account = context.Features.Get<ApiCaller>()?.UserId.Value ?? "";
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        var scope = string.Join('\n', account, route, string.Join('/', context.Request.RouteValues.Values), sort, search);
        ListPosition? after = null;
        if (given.TryGetValue("cursor", out var cursor) && (after = cursors.Open(cursor.ToString(), scope)) is null)
        {
            return (null, ApiProblem.Of(StatusCodes.Status400BadRequest, ApiErrors.CursorInvalid) with { Errors = [new FieldError("?cursor", "It was not given for this list, sort and search.")] });
        }

        var query = new ListQuery(cursors, scope)
        {
            Limit = limit,
            Sort = field,
            Descending = sort.StartsWith('-'),
            Search = search.Length == 0 ? null : search,
            After = after,
        };
        return (query, null);
    }

    private static (ListQuery? Query, ApiProblem? Problem) Refuse(string parameter, string detail) =>
        (null, ApiProblem.Of(StatusCodes.Status400BadRequest, ApiErrors.RequestInvalid, $"{parameter}: {detail}") with { Errors = [new FieldError(parameter, detail)] });
}

/// <summary>How endpoints state it.</summary>
internal static class ListStatements
{
    /// <summary>The endpoint answers a list, and takes a parameter <see cref="ListQuery"/>.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="sorts">The fields that it can be sorted by, the default first, with a minus before it in descending order.</param>
    public static RouteHandlerBuilder Lists(this RouteHandlerBuilder endpoint, params string[] sorts) => endpoint.WithMetadata(new ListRules(sorts));
}
