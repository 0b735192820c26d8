using System.Diagnostics;
using System.Runtime.InteropServices;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Kit;

/// <summary>A program that runs beside the test and is ended with it; known by its process id alone.</summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _reading;

    private ProgramProcess(Process process)
    {
        _process = process;
        Id = process.Id;
        _reading = Task.WhenAll(Output.FollowAsync(process.StandardOutput), Errors.FollowAsync(process.StandardError));
    }

    /// <summary>The process id.</summary>
    public int Id { get; }

    /// <summary>What it wrote on standard output.</summary>
    public LineLog Output { get; } = new();

    /// <summary>What it wrote on standard error.</summary>
    public LineLog Errors { get; } = new();

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program. None of the variables that configure Mport come from the test's own environment.</summary>
    public static ProgramProcess Start(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MPORT", StringComparison.Ordinal) || name.StartsWith("XDG_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
        process.StandardInput.Close();
        return new ProgramProcess(process);
    }

    /// <summary>What its threads do at this moment, for the message of a failure: name, state, CPU time in ticks, where in the kernel each one waits.</summary>
    public string Describe()
    {
        try
        {
            return string.Join('\n', Directory.GetDirectories($"/proc/{Id}/task").Select(DescribeThread));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return $"Process {Id} cannot be looked at: {unreadable.Message}";
        }
    }

    /// <summary>Sends a signal.</summary>
    public void Send(Signal signal)
    {
        if (!_process.HasExited)
        {
            _ = SendSignal(Id, (int)signal);
        }
    }

    /// <summary>Sends a signal to a process that a program of this test has started.</summary>
    public static void Send(int process, Signal signal) => _ = SendSignal(process, (int)signal);

    /// <summary>The exit status, once it has ended; what it started may still hold its output.</summary>
    public async Task<int> StatusAsync(string what)
    {
        await _process.WaitForExitAsync().Limited(what);
        return _process.ExitCode;
    }

    /// <summary>The exit status, once it has ended and all that it wrote is read.</summary>
    public async Task<int> ExitAsync(string what, TimeSpan? limit = null)
    {
        try
        {
            await _process.WaitForExitAsync().Limited(what, limit);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}; the last lines:\n{Output.Tail()}\n{Errors.Tail()}", late);
        }

        await _reading.Limited($"the end of the output of {_process.StartInfo.FileName}");
        return _process.ExitCode;
    }

    /// <summary>Ends it with SIGKILL, as a crash would, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        Send(Signal.Kill);
        await ExitAsync($"the end of killed process {Id}");
    }

    /// <summary>Ends it and all that it started, as a power cut would, and waits until it is gone.</summary>
    public async Task KillAllAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync().Limited($"the end of killed process {Id}");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await KillAllAsync();
        _process.Dispose();
    }

    private static string DescribeThread(string folder)
    {
        // "PID (NAME) STATE …", CPU time in fields 14 and 15 (proc(5)); a name may have spaces.
        var stat = File.ReadAllText(Path.Combine(folder, "stat")).TrimEnd();
        var rest = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return $"{stat[..(stat.LastIndexOf(')') + 1)]} {rest[0]} {rest[11]}+{rest[12]} {File.ReadAllText(Path.Combine(folder, "wchan"))}";
    }

    // Process.Kill sends SIGKILL alone.
    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
