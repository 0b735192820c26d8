using System.Text;
using Mport.Testing;

namespace Mport.Cli.Tests;

/// <summary>Collects what a program writes, and tells when it holds what a test waits for.</summary>
internal sealed class WatchedWriter : TextWriter
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private readonly List<(string Wanted, TaskCompletionSource Seen)> _waiting = [];

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Throw this at the next write, as a pipe without a reader does.</summary>
    public IOException? Broken { get; set; }

    public string Text
    {
        get
        {
            lock (_lock)
            {
                return _text.ToString();
            }
        }
    }

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        if (Broken is not null)
        {
            throw Broken;
        }

        lock (_lock)
        {
            _text.Append(value);
            foreach (var (wanted, seen) in _waiting)
            {
                if (_text.ToString().Contains(wanted, StringComparison.Ordinal))
                {
                    seen.TrySetResult();
                }
            }
        }
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    public Task WhenAsync(string wanted)
    {
        lock (_lock)
        {
            if (_text.ToString().Contains(wanted, StringComparison.Ordinal))
            {
                return Task.CompletedTask;
            }

            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((wanted, seen));
            return seen.Task.Limited($"\"{wanted}\" to be written");
        }
    }
}
