using Mport.Cli;
using Mport.Cli.Commands;
using Mport.Cli.Output;
using Mport.Protocol.Transport;

SocketCompletions.RunInline();

// 1. What the program sees of the world: console, environment, clock, engine, signals.
var around = SystemSurroundings.Create();

try
{
    // 2. The command line chooses a command (Commands/), which prepares a run (RunPreparation) or answers at once.
    // 3. A run (Running/TunnelRun) drives the engine and one output (Output/, Panel/), and listens for `mport ps` (Processes/).
    return await new CommandTree(around).RunAsync(args);
}
catch (Exception fault)
{
    // 4. Whatever nobody expected: one line for the user, the rest for a report.
    var lines = new LineSink(around.Error);
    lines.Write(DisplayText.Escape($"error unexpected: {fault.Message} ({fault.GetType().Name}). Set MPORT_TRACE=1 for the details that a report of this needs."));
    if (around.VariableOrNull("MPORT_TRACE") is not null)
    {
        lines.Write(fault.ToString());
    }

    return ExitCodes.Unexpected;
}
