using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Kit;

/// <summary>Keeps what is logged.</summary>
internal sealed class RecordingLogs : ILoggerFactory
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _entries = new();
    private readonly Lock _gate = new();
    private readonly List<(string Part, int Times, TaskCompletionSource Seen)> _waiting = [];

    /// <summary>What would make an operator look: warnings and worse.</summary>
    public IReadOnlyList<string> Complaints => [.. _entries.Where(entry => entry.Level >= LogLevel.Warning).Select(entry => $"{entry.Level}: {entry.Text}")];

    /// <summary>All of it.</summary>
    public IReadOnlyList<string> Texts => [.. _entries.Select(entry => entry.Text)];

    public ILogger CreateLogger(string categoryName) => new Recorder(this, categoryName);

    /// <summary>Completes when something with this text has been logged so many times, before now or after.</summary>
    public Task WhenLoggedAsync(string part, int times = 1)
    {
        lock (_gate)
        {
            if (Count(part) >= times)
            {
                return Task.CompletedTask;
            }

            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((part, times, seen));
            return seen.Task.Limited($"a log line with \"{part}\"");
        }
    }

    private int Count(string part) => _entries.Count(entry => entry.Text.Contains(part, StringComparison.Ordinal));

    private void Add(LogLevel level, string text)
    {
        lock (_gate)
        {
            _entries.Enqueue((level, text));
            foreach (var (_, _, seen) in _waiting.Where(waiting => text.Contains(waiting.Part, StringComparison.Ordinal) && Count(waiting.Part) >= waiting.Times))
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
