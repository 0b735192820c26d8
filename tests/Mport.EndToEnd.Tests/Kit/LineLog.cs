using Mport.Testing;

namespace Mport.EndToEnd.Tests.Kit;

/// <summary>The lines that a program has written so far; a test can wait for one.</summary>
internal sealed class LineLog
{
    private const int ShownLines = 20;

    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _complete;

    /// <summary>All lines so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>The number of lines so far, to begin a wait after.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _lines.Count;
            }
        }
    }

    /// <summary>Reads a program's output to its end.</summary>
    public async Task FollowAsync(TextReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            Change(() => _lines.Add(line));
        }

        Change(() => _complete = true);
    }

    /// <summary>The first line from number <paramref name="from"/> on that fits, and its number. Fails at once when the program ends without one.</summary>
    public async Task<(string Line, int Number)> FirstAsync(Func<string, bool> fits, string what, int from = 0, TimeSpan? limit = null)
    {
        try
        {
            return await SearchAsync().Limited(what, limit);
        }
        catch (Exception missing) when (missing is TimeoutException or EndOfStreamException)
        {
            throw new InvalidOperationException($"{missing.Message}; the last lines:\n{Tail()}", missing);
        }

        async Task<(string, int)> SearchAsync()
        {
            for (var next = from; ;)
            {
                Task changed;
                lock (_lock)
                {
                    for (; next < _lines.Count; next++)
                    {
                        if (fits(_lines[next]))
                        {
                            return (_lines[next], next);
                        }
                    }

                    if (_complete)
                    {
                        throw new EndOfStreamException($"The program ended without: {what}");
                    }

                    changed = _changed.Task;
                }

                await changed;
            }
        }
    }

    /// <summary>The last lines, for a failure's message.</summary>
    public string Tail() => string.Join('\n', Lines.TakeLast(ShownLines));

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            change();
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
    }
}
