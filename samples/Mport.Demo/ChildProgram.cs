using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mport.Demo;

/// <summary>One of Mport's programs, started by the demo and ended with it; known by its process id alone.</summary>
internal sealed class ChildProgram : IAsyncDisposable
{
    private const int Sigterm = 15;

    // What is shown when a program ends unexpectedly: enough for its last message, however long it ran.
    private const int KeptLines = 12;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Queue<string> _last = new();
    private readonly Lock _lastLock = new();

    private ChildProgram(Process process) => _process = process;

    /// <summary>Starts <c>out/NAME</c> of this checkout. An empty value takes a variable out of the environment.</summary>
    public static ChildProgram Start(string name, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var path = Path.Combine(Checkout.Programs, name);
        if (!File.Exists(path))
        {
            throw new DemoException($"{path} is missing; run ./build.");
        }

        var start = new ProcessStartInfo(path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value.Length > 0 ? value : null;
        }

        var process = Process.Start(start) ?? throw new DemoException($"{path} did not start.");
        process.StandardInput.Close();
        return new ChildProgram(process);
    }

    /// <summary>Reads both outputs from now on; completes with the first line of standard output from which <paramref name="select"/> makes a value.</summary>
    public async Task<T> FirstAsync<T>(Func<string, T?> select, string what, CancellationToken stop)
        where T : class
    {
        var found = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.OutputDataReceived += (_, line) =>
        {
            Keep(line.Data);
            if (line.Data is not null && select(line.Data) is { } value)
            {
                found.TrySetResult(value);
            }
        };
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        try
        {
            var exited = ExitedAsync();
            var first = await Task.WhenAny(found.Task, exited).WaitAsync(StartLimit, stop);
            return first == exited ? throw new DemoException(await exited) : await found.Task;
        }
        catch (TimeoutException)
        {
            throw new DemoException($"no {what} within {StartLimit.TotalSeconds:0} s. {LastLines()}");
        }
    }

    /// <summary>Completes when the program has ended, with a text that says so.</summary>
    public async Task<string> ExitedAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None);
        return $"{Path.GetFileName(_process.StartInfo.FileName)} ended with status {_process.ExitCode}. {LastLines()}";
    }

    /// <summary>Asks the program to end, and ends it if it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
            {
                _ = Kill(_process.Id, Sigterm);
                await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(StopLimit);
            }
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lastLock)
        {
            _last.Enqueue(line);
            if (_last.Count > KeptLines)
            {
                _last.Dequeue();
            }
        }
    }

    private string LastLines()
    {
        lock (_lastLock)
        {
            return _last.Count == 0 ? "It said nothing." : "Its last lines:" + Environment.NewLine + string.Join(Environment.NewLine, _last);
        }
    }

    // Process.Kill sends SIGKILL alone, and the programs' clean stop is part of what the demo shows.
    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
