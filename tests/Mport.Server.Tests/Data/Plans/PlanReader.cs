using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Mport.Server.Tests.Kit;

namespace Mport.Server.Tests.Data.Plans;

/// <summary>Asks the database before each query how it will answer it.</summary>
internal sealed class PlanReader(StoreProvider provider) : DbCommandInterceptor
{
    /// <summary>The queries and their plans, so far.</summary>
    public List<QueryPlan> Plans { get; } = [];

    /// <inheritdoc />
    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        var lines = new List<string>();
        await using var explain = Explain(command);
        await using var reader = await explain.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            lines.Add(reader.GetString(provider == StoreProvider.Sqlite ? 3 : 0));
        }

        Plans.Add(new QueryPlan(command.CommandText, lines));
        return result;
    }

    private DbCommand Explain(DbCommand command)
    {
        var explain = command.Connection?.CreateCommand() ?? throw new InvalidOperationException("There is no connection.");
        explain.Transaction = command.Transaction;
        explain.CommandText = (provider == StoreProvider.Sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ") + command.CommandText;
        foreach (DbParameter parameter in command.Parameters)
        {
            explain.Parameters.Add(parameter is ICloneable typed ? typed.Clone() : new SqliteParameter(parameter.ParameterName, parameter.Value));
        }

        return explain;
    }
}

/// <summary>How a query is answered.</summary>
/// <param name="Query">The statement.</param>
/// <param name="Steps">What the database does, in its own words.</param>
internal sealed record QueryPlan(string Query, IReadOnlyList<string> Steps)
{
    /// <inheritdoc />
    public override string ToString() => $"{Query}\n=>\n{string.Join('\n', Steps)}";
}
