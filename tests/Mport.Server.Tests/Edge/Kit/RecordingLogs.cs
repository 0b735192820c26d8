using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Mport.Server.Tests.Edge.Kit;

/// <summary>Keeps what is logged.</summary>
internal sealed class RecordingLogs : ILoggerFactory
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _entries = new();
    private readonly ConcurrentDictionary<Func<string, bool>, TaskCompletionSource> _waiting = new();

    /// <summary>What would make an operator look: warnings and worse.</summary>
    public IReadOnlyList<string> Complaints => [.. _entries.Where(entry => entry.Level >= LogLevel.Warning).Select(entry => $"{entry.Level}: {entry.Text}")];

    /// <summary>All of it.</summary>
    public IReadOnlyList<string> Texts => [.. _entries.Select(entry => entry.Text)];

    public ILogger CreateLogger(string categoryName) => new Recorder(this, categoryName);

    /// <summary>Completes once a text like this has been logged.</summary>
    public Task FirstAsync(Func<string, bool> wanted)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[wanted] = seen;
        if (Texts.Any(wanted))
        {
            seen.TrySetResult();
        }

        return seen.Task;
    }

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    private void Add(LogLevel level, string text)
    {
        _entries.Enqueue((level, text));
        foreach (var (_, seen) in _waiting.Where(waiting => waiting.Key(text)))
        {
            seen.TrySetResult();
        }
    }

    private sealed class Recorder(RecordingLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            logs.Add(logLevel, $"{category} {formatter(state, exception)} {exception}");
    }
}
