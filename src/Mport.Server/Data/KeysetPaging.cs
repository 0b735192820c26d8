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
    /// <param name="id">The id: the order of two rows whose field is the same. As it is: a cast in the statement would be in the way of its index.</param>
    /// <param name="idOf">Makes an id of its text.</param>
    /// <param name="field">The field that is sorted by; null where the id alone orders.</param>
    public static IQueryable<T> Page<T, TId>(this IQueryable<T> rows, ListQuery query, Expression<Func<T, TId>> id, Func<string, TId> idOf, Expression<Func<T, string>>? field)
    {
        if (query.After is { } after)
        {
            rows = rows.Where(IsBehind(after.Value, idOf(after.Id), query.Descending, id, field));
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

    private static Expression<Func<T, bool>> IsBehind<T, TId>(string value, TId id, bool descending, Expression<Func<T, TId>> idOfRow, Expression<Func<T, string>>? field)
    {
        var row = idOfRow.Parameters[0];
        var behindId = Expression.MakeBinary(
            descending ? ExpressionType.LessThan : ExpressionType.GreaterThan, idOfRow.Body, Parameter(id), liftToNull: false, new Func<TId, TId, bool>(IsInOrder).Method);
        if (field is null)
        {
            return Expression.Lambda<Func<T, bool>>(behindId, row);
        }

        // "Not before the place" says nothing new, but an index can begin there.
        var text = new Replacement(field.Parameters[0], row).Visit(field.Body);
        var notBefore = Compare(descending ? ExpressionType.LessThanOrEqual : ExpressionType.GreaterThanOrEqual, text, value);
        var behind = Compare(descending ? ExpressionType.LessThan : ExpressionType.GreaterThan, text, value);
        return Expression.Lambda<Func<T, bool>>(Expression.AndAlso(notBefore, Expression.OrElse(behind, behindId)), row);
    }

    // string.Compare(text, place) > 0, which becomes text > @place.
    private static BinaryExpression Compare(ExpressionType comparison, Expression text, string place) => Expression.MakeBinary(
        comparison, Expression.Call(typeof(string), nameof(string.Compare), typeArguments: null, text, Parameter(place)), Expression.Constant(0));

    // Ids are compared by the database alone; an expression wants to know who would do it here.
    private static bool IsInOrder<TId>(TId first, TId second) => throw new InvalidOperationException($"{first} and {second} are compared in a query alone.");

    // As a parameter of the statement and not a part of its text.
    private static MemberExpression Parameter<TValue>(TValue value) => Expression.Property(Expression.Constant(new Place<TValue>(value)), nameof(Place<TValue>.Value));

    private sealed record Place<TValue>(TValue Value);

    private sealed class Replacement(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : base.VisitParameter(node);
    }
}
