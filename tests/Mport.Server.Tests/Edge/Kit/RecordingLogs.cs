using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Kit;

/// <summary>Keeps what is logged.</summary>
internal sealed class RecordingLogs : ILoggerFactory
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _entries = new();
    private readonly Lock _gate = new();
    private readonly List<(string Part, TaskCompletionSource Seen)> _waiting = [];

    /// <summary>What would make an operator look: warnings and worse.</summary>
    public IReadOnlyList<string> Complaints => [.. _entries.Where(entry => entry.Level >= LogLevel.Warning).Select(entry => $"{entry.Level}: {entry.Text}")];

    /// <summary>All of it.</summary>
    public IReadOnlyList<string> Texts => [.. _entries.Select(entry => entry.Text)];

    public ILogger CreateLogger(string categoryName) => new Recorder(this, categoryName);

    /// <summary>Completes when something with this text has been logged, before now or after.</summary>
    public Task WhenLoggedAsync(string part)
    {
        lock (_gate)
        {
            if (_entries.Any(entry => entry.Text.Contains(part, StringComparison.Ordinal)))
            {
                return Task.CompletedTask;
            }

            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((part, seen));
            return seen.Task.Limited($"a log line with \"{part}\"");
        }
    }

    private void Add(LogLevel level, string text)
    {
        lock (_gate)
        {
            _entries.Enqueue((level, text));
            foreach (var (_, seen) in _waiting.Where(waiting => text.Contains(waiting.Part, StringComparison.Ordinal)))
            {
                seen.TrySetResult();
            }
        }
    }

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
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
