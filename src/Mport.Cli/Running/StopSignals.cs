using System.Runtime.InteropServices;

namespace Mport.Cli.Running;

/// <summary>Turns the signals that ask a process to end into two tokens: the first signal stops, the second gives up waiting.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abandon = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _raised;

    /// <summary>Cancelled by the first signal: stop, and let streams finish.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Cancelled by the second signal: exit at once.</summary>
    public CancellationToken Abandon => _abandon.Token;

    /// <summary>Hears SIGINT, SIGTERM and SIGHUP (the terminal was closed) from now on.</summary>
    public static StopSignals Listen()
    {
        var signals = new StopSignals();
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            signals._registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                signals.Raise();
            }));
        }

        return signals;
    }

    /// <summary>One signal came.</summary>
    public void Raise() => (Interlocked.Increment(ref _raised) == 1 ? _stop : _abandon).Cancel();

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _stop.Dispose();
        _abandon.Dispose();
    }
}
