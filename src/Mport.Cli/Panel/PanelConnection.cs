using Mport.Client;
using Mport.Protocol.Errors;

namespace Mport.Cli.Panel;

/// <summary>One line of the panel's list of connections.</summary>
internal sealed record PanelConnection
{
    public required long Number { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public required string Tunnel { get; init; }

    public required string Visitor { get; init; }

    /// <summary>What came of it; null while it is open.</summary>
    public ConnectionClosed? Closed { get; init; }

    /// <summary>Why it did not end well.</summary>
    public Failure? Failure => Closed?.Failure;
}
