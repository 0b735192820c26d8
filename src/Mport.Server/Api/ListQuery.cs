namespace Mport.Server.Api;

/// <summary>Which part of a list is asked for: checked, and bounded. A handler takes it as a parameter and hands it to the store.</summary>
/// <remarks>
/// The store reads <see cref="Take"/> rows in the order of <see cref="Sort"/> and then id, those after <see cref="After"/> alone, and
/// <see cref="ToAnswer"/> makes the answer of them. Ids are ULIDs, so the order of ids is the order in which things were made.
/// </remarks>
internal sealed record ListQuery
{
    private readonly ListCursors _cursors;
    private readonly string _scope;

    /// <summary>A query whose cursors are of this list alone.</summary>
    public ListQuery(ListCursors cursors, string scope)
    {
        _cursors = cursors;
        _scope = scope;
    }

    /// <summary>Rows of the answer at most, 1 to <see cref="ListRules.MaxLimit"/>.</summary>
    public required int Limit { get; init; }

    /// <summary>Rows to read: one more tells whether there are more.</summary>
    public int Take => Limit + 1;

    /// <summary>The field to sort by: one of those that the endpoint names.</summary>
    public required string Sort { get; init; }

    /// <summary>Whether the largest comes first; ids follow the same direction.</summary>
    public required bool Descending { get; init; }

    /// <summary>The text to search for; null for none.</summary>
    public string? Search { get; init; }

    /// <summary>The last row of the page before; null for the first page.</summary>
    public ListPosition? After { get; init; }

    /// <summary>Makes the answer.</summary>
    /// <param name="rows">Up to <see cref="Take"/> rows, in order.</param>
    /// <param name="position">Where a row stands: the text of the sort's field, and the id.</param>
    /// <param name="show">A row as it is answered.</param>
    public ListAnswer<TAnswer> ToAnswer<TRow, TAnswer>(IReadOnlyList<TRow> rows, Func<TRow, ListPosition> position, Func<TRow, TAnswer> show)
    {
        var more = rows.Count > Limit;
        var shown = more ? rows.Take(Limit) : rows;
        return new ListAnswer<TAnswer>
        {
            Data = [.. shown.Select(show)],
            NextCursor = more ? _cursors.Seal(position(rows[Limit - 1]), _scope) : null,
            HasMore = more,
        };
    }

    /// <summary>For the framework: the query that <see cref="ApiGate"/> has read.</summary>
    public static ValueTask<ListQuery?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<ListQuery>());
}

/// <summary>A place in a list.</summary>
/// <param name="Value">The text of the sort's field; empty where the id alone orders.</param>
/// <param name="Id">The id.</param>
internal sealed record ListPosition(string Value, string Id);

/// <summary>A page of a list.</summary>
internal sealed record ListAnswer<T>
{
    /// <summary>The page.</summary>
    public required IReadOnlyList<T> Data { get; init; }

    /// <summary>To be sent as <c>cursor</c> for the next page; absent on the last one.</summary>
    public string? NextCursor { get; init; }

    /// <summary>Whether there is a next page.</summary>
    public required bool HasMore { get; init; }
}
