using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Mport.Server.Hosting.Handover;

namespace Mport.Server.Hosting.Supervision;

/// <summary>
/// At SIGHUP: starts this process's own command line anew, with <c>--takeover</c>, from the path as it was typed, so that a program that was
/// replaced on disk takes the place of this one. Not at a terminal, where SIGHUP says that the user has gone.
/// </summary>
internal sealed class Successor : IDisposable
{
    private const string TakeoverFlag = "--takeover";
    private const string CommandLineFile = "/proc/self/cmdline";

    private readonly PosixSignalRegistration? _signal;
    private readonly ServiceNotifier _notifier;
    private readonly string _status;
    private readonly ILogger _logger;
    private readonly OwnedTasks _watching;
    private int _running;
    private volatile bool _isOver;

    private Successor(ServiceNotifier notifier, string status, ILogger logger)
    {
        _notifier = notifier;
        _status = status;
        _logger = logger;
        _watching = new OwnedTasks(logger.Faulted);
        _signal = OperatingSystem.IsLinux() && Console.IsInputRedirected ? PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal) : null;
    }

    /// <summary>Listens for the signal until disposed.</summary>
    /// <param name="notifier">Told when a new process is started, and when it has failed.</param>
    /// <param name="status">The state that this process is in when nothing happens.</param>
    /// <param name="logger">The log.</param>
    public static Successor Listen(ServiceNotifier notifier, string status, ILogger<Successor> logger) => new(notifier, status, logger);

    /// <summary>The command line that starts the next edge.</summary>
    /// <param name="typed">The command line of this process, program first.</param>
    /// <param name="processPath">The program's path, for one that was found by its name alone.</param>
    public static IReadOnlyList<string> CommandLine(IReadOnlyList<string> typed, string processPath)
    {
        // A link in the path is left unresolved: it may point to a newer program by now.
        var program = typed[0].Contains('/') ? Path.GetFullPath(typed[0]) : processPath;
        return typed.Contains(TakeoverFlag) ? [program, .. typed.Skip(1)] : [program, .. typed.Skip(1), TakeoverFlag];
    }

    /// <summary>Another process is the edge now, and hears the signal: this one passes it over, and says nothing to the supervisor.</summary>
    public void GiveUp() => _isOver = true;

    /// <summary>Leaves the signal to the system again. A new process that was started goes on.</summary>
    public void Dispose() => _signal?.Dispose();

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!_isOver && Interlocked.Exchange(ref _running, 1) == 0)
        {
            _watching.TryRun(RunAsync);
        }
    }

    private async Task RunAsync()
    {
        _notifier.Reloading();
        var line = CommandLine(File.ReadAllText(CommandLineFile).TrimEnd('\0').Split('\0'), Environment.ProcessPath ?? "");
        try
        {
            using var process = Process.Start(new ProcessStartInfo(line[0], line.Skip(1)) { UseShellExecute = false });
            if (process is not null)
            {
                _logger.SuccessorStarted(line[0], process.Id);
                await process.WaitForExitAsync(CancellationToken.None);
                if (_isOver)
                {
                    // It took over, and its end is its own supervisor's business.
                    return;
                }

                _logger.SuccessorFailed(process.ExitCode);
            }
        }
        catch (Exception failed) when (failed is Win32Exception or FileNotFoundException)
        {
            _logger.SuccessorNotStarted(line[0], failed.Message);
        }

        _notifier.Ready(_status);
        Volatile.Write(ref _running, 0);
    }
}
