using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Mport.Server.Tests.Kit;

/// <summary>The queries that EF Core compiles for one database from now on; each costs milliseconds, and one that is asked again should be known.</summary>
internal sealed class CompiledQueries : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly string _database;
    private readonly ConcurrentQueue<string> _queries = new();
    private readonly ConcurrentBag<IDisposable> _subscriptions = [];
    private readonly IDisposable _all;

    /// <summary>Those of the database whose connection string has this text.</summary>
    public CompiledQueries(string database)
    {
        _database = database;
        _all = DiagnosticListener.AllListeners.Subscribe(this);
    }

    /// <summary>Those so far, as expressions.</summary>
    public IReadOnlyList<string> All => [.. _queries];

    /// <summary>Forgets those so far.</summary>
    public void Clear() => _queries.Clear();

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name)
        {
            _subscriptions.Add(value.Subscribe(this, name => name == CoreEventId.QueryCompilationStarting.Name));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is QueryExpressionEventData data && data.Context?.Database.GetConnectionString()?.Contains(_database, StringComparison.Ordinal) == true)
        {
            _queries.Enqueue(data.ExpressionPrinter.PrintExpression(data.Expression));
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        _all.Dispose();
        foreach (var subscription in _subscriptions)
        {
            subscription.Dispose();
        }
    }
}
