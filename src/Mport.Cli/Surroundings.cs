using Mport.Cli.Panel;
using Mport.Cli.Running;
using Mport.Protocol.Identity;

namespace Mport.Cli;

/// <summary>All that a command sees of the world outside the process, so that a test can stand in for each part.</summary>
internal sealed record Surroundings
{
    /// <summary>Standard output: what scripts read.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard error: what people read.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>The terminal that standard output is, if it can show a panel; else null.</summary>
    public required ITerminal? Terminal { get; init; }

    /// <summary>Asks for a secret (without echo on a terminal, else one line of standard input); null when there is none.</summary>
    public required Func<string, Secret?> ReadSecret { get; init; }

    /// <summary>An environment variable's value, or null.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The configuration file where neither an option nor a variable names one.</summary>
    public required string DefaultConfigPath { get; init; }

    /// <summary>Where the client id and the sockets of running processes are.</summary>
    public required string StateFolder { get; init; }

    /// <summary>What this machine is called.</summary>
    public required string MachineName { get; init; }

    /// <summary>This process's number, which names its socket.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Makes the engine of a run.</summary>
    public required EngineFactory Engine { get; init; }

    /// <summary>Begins to hear the signals that ask the process to stop. Only a run does: at a prompt Ctrl-C ends the process as usual.</summary>
    public required Func<StopSignals> ListenForSignals { get; init; }

    /// <summary>An environment variable's value, or null when it is unset or empty.</summary>
    public string? VariableOrNull(string name) => Variable(name) is { Length: > 0 } value ? value : null;
}
