using System.Diagnostics;

namespace Mport.Bench.Processes;

/// <summary>A process that the benchmark started: it is asked by lines on its standard input, answers by lines, and is ended by its id.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();

    private Child(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>Its id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The last lines of its standard error.</summary>
    public string Errors
    {
        get
        {
            lock (_lastLines)
            {
                return string.Join(Environment.NewLine, _lastLines);
            }
        }
    }

    /// <summary>Starts a program.</summary>
    public static Child Start(IEnumerable<string> command, params (string Name, string Value)[] environment)
    {
        var words = command.ToArray();
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new Child(Process.Start(start) ?? throw new BenchException($"{words[0]} did not start"));
    }

    /// <summary>Starts this program again with other arguments.</summary>
    public static Child StartSelf(IEnumerable<string> arguments, params (string Name, string Value)[] environment) =>
        Start([Environment.ProcessPath ?? throw new BenchException("this program has no path"), .. arguments], environment);

    /// <summary>The next line of its standard output that satisfies the condition.</summary>
    public async Task<string> LineAsync(Func<string, bool> wanted, TimeSpan limit)
    {
        using var late = new CancellationTokenSource(limit);
        try
        {
            while (await _process.StandardOutput.ReadLineAsync(late.Token) is { } line)
            {
                if (wanted(line))
                {
                    return line;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new BenchException($"process {Id} said nothing within {limit.TotalSeconds:0} s: {Errors}");
        }

        throw new BenchException($"process {Id} ended: {Errors}");
    }

    /// <summary>Sends a line, and gives the next line back.</summary>
    public async Task<string> AskAsync(string question, TimeSpan limit)
    {
        await TellAsync(question);
        return await LineAsync(_ => true, limit);
    }

    /// <summary>Sends a line.</summary>
    public async Task TellAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Reads and drops what it still says, so that it never waits for a reader.</summary>
    public void ReadAway() => _ = _process.StandardOutput.ReadToEndAsync();

    /// <summary>Sends a signal.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Ends it at once.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > 20)
            {
                _lastLines.Dequeue();
            }
        }
    }
}
