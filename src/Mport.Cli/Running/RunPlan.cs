using Mport.Cli.Output;
using Mport.Client;

namespace Mport.Cli.Running;

/// <summary>All that one run was asked to do. Immutable.</summary>
internal sealed record RunPlan
{
    /// <summary>What the engine runs.</summary>
    public required ClientOptions Options { get; init; }

    /// <summary>One JSON object a line on standard output.</summary>
    public bool Json { get; init; }

    /// <summary>How much goes to standard error.</summary>
    public Verbosity Verbosity { get; init; } = Verbosity.Info;

    /// <summary>End at once when a target does not take a connection at the start.</summary>
    public bool RequireTarget { get; init; }

    /// <summary>End when not all tunnels are ready by then.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>What the user should be told at the start, each time.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
