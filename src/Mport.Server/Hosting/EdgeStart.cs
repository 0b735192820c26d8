namespace Mport.Server.Hosting;

/// <summary>How a process is started, other than the edge's settings.</summary>
internal sealed record EdgeStart
{
    /// <summary>Whether it takes the place of the edge that runs with the data folder, if one does.</summary>
    public bool TakesOver { get; init; }

    /// <summary>Where a supervisor wants to be told the state; null where there is none.</summary>
    public string? NotifySocket { get; init; }
}
