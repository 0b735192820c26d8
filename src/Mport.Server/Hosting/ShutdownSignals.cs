using System.Runtime.InteropServices;

namespace Mport.Server.Hosting;

/// <summary>SIGTERM and SIGINT: the first asks for a drain, a second one ends the process at once.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _term;
    private readonly PosixSignalRegistration _interrupt;

    /// <summary>Listens for the signals until disposed.</summary>
    public ShutdownSignals()
    {
        _term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Leaves the signals to the system again.</summary>
    public void Dispose()
    {
        _term.Dispose();
        _interrupt.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (_stop.IsCancellationRequested)
        {
            // What shells report for a process that the signal ended: 128 and its number.
            Environment.Exit(context.Signal is PosixSignal.SIGINT ? 130 : 143);
        }

        context.Cancel = true;
        _stop.Cancel();
    }
}
