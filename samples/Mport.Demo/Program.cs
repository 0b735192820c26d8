using System.Runtime.InteropServices;
using Mport.Demo;

if (args is not ([] or ["--once"]))
{
    Console.Error.WriteLine("use: ./demo [--once]");
    Console.Error.WriteLine("Starts an edge, a sample service and two tunnels to it on this machine. --once fetches one page through the tunnel and ends.");
    return args is ["--help" or "-h"] ? 0 : 2;
}

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

try
{
    await DemoRun.RunAsync(once: args is ["--once"], stop.Token);
    return 0;
}
catch (DemoException failure)
{
    Console.Error.WriteLine($"demo: {failure.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}
