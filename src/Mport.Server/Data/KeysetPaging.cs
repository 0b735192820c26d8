using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mport.Server.Api;

namespace Mport.Server.Data;

/// <summary>Reads one page of a list by where the last one ended, so that each page costs the same and none skips or repeats a row.</summary>
internal static class KeysetPaging
{
    /// <summary>The rows of the page in their order, one more than are shown.</summary>
    /// <param name="rows">All rows of the list.</param>
    /// <param name="query">Which page.</param>
    /// <param name="id">The id as text: the order of two rows whose field is the same.</param>
    /// <param name="field">The field that is sorted by; null where the id alone orders.</param>
    public static IQueryable<T> Page<T>(this IQueryable<T> rows, ListQuery query, Expression<Func<T, string>> id, Expression<Func<T, string>>? field)
    {
        if (query.After is { } after)
        {
            rows = rows.Where(IsBehind(after, query.Descending, id, field));
        }

        var ordered = (field, query.Descending) switch
        {
            (null, false) => rows.OrderBy(id),
            (null, true) => rows.OrderByDescending(id),
            ({ } by, false) => rows.OrderBy(by).ThenBy(id),
            ({ } by, true) => rows.OrderByDescending(by).ThenByDescending(id),
        };
        return ordered.Take(query.Take);
    }

    /// <summary>A text as the pattern of LIKE that finds it anywhere, whatever is in it.</summary>
    public static string Containing(string text) => $"%{text.ToLowerInvariant().Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_")}%";

    private static Expression<Func<T, bool>> IsBehind<T>(ListPosition after, bool descending, Expression<Func<T, string>> id, Expression<Func<T, string>>? field)
    {
        var row = id.Parameters[0];
        var idText = id.Body;
        var behindId = Compare(idText, after.Id, descending);
        if (field is null)
        {
            return Expression.Lambda<Func<T, bool>>(behindId, row);
        }

        var value = new Replacement(field.Parameters[0], row).Visit(field.Body);
        return Expression.Lambda<Func<T, bool>>(
            Expression.OrElse(Compare(value, after.Value, descending), Expression.AndAlso(Expression.Equal(value, Parameter(after.Value)), behindId)), row);
    }

    // string.Compare(text, place) > 0, which becomes text > @place.
    private static BinaryExpression Compare(Expression text, string place, bool descending)
    {
        var compared = Expression.Call(typeof(string), nameof(string.Compare), typeArguments: null, text, Parameter(place));
        var zero = Expression.Constant(0);
        return descending ? Expression.LessThan(compared, zero) : Expression.GreaterThan(compared, zero);
    }

    // As a parameter of the statement and not a part of its text.
    private static MemberExpression Parameter(string value) => Expression.Property(Expression.Constant(new Place(value)), nameof(Place.Value));

    private sealed record Place(string Value);

    private sealed class Replacement(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : base.VisitParameter(node);
    }
}
