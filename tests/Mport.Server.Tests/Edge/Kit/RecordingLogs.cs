using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Mport.Server.Tests.Edge.Kit;

/// <summary>Keeps what is logged.</summary>
internal sealed class RecordingLogs : ILoggerFactory
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _entries = new();

    /// <summary>What would make an operator look: warnings and worse.</summary>
    public IReadOnlyList<string> Complaints => [.. _entries.Where(entry => entry.Level >= LogLevel.Warning).Select(entry => $"{entry.Level}: {entry.Text}")];

    /// <summary>All of it.</summary>
    public IReadOnlyList<string> Texts => [.. _entries.Select(entry => entry.Text)];

    public ILogger CreateLogger(string categoryName) => new Recorder(_entries, categoryName);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    private sealed class Recorder(ConcurrentQueue<(LogLevel Level, string Text)> entries, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            entries.Enqueue((logLevel, $"{category} {formatter(state, exception)} {exception}"));
    }
}
