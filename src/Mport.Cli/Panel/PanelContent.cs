using Mport.Client;

namespace Mport.Cli.Panel;

/// <summary>What the panel knows from events at one moment. Texts are escaped already.</summary>
internal sealed record PanelContent
{
    /// <summary>The edge that is being reached, or was last.</summary>
    public required string Edge { get; init; }

    /// <summary>The last session, or null before the first.</summary>
    public SessionConnected? Session { get; init; }

    /// <summary>Why a tunnel is not open, by its name.</summary>
    public required IReadOnlyDictionary<string, string> Refused { get; init; }

    /// <summary>Newest first.</summary>
    public required IReadOnlyList<PanelConnection> Connections { get; init; }

    /// <summary>What the user should know, newest last.</summary>
    public required IReadOnlyList<string> Hints { get; init; }
}
