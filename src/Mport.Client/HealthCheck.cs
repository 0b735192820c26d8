namespace Mport.Client;

/// <summary>How a client finds out whether a tunnel's target is well. It tells the edge when that changes.</summary>
public sealed record HealthCheck
{
    /// <summary>The path of an HTTP GET that must answer 2xx or 3xx, beginning with a slash; null: a TCP connection must be accepted.</summary>
    public string? Path { get; init; }

    /// <summary>From one check to the next. Default 10 s; 1 s to 1 h.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a check may take. Default 3 s; 100 ms to 60 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>So many checks in a row with the other result change the verdict. Default 3; 1 to 100.</summary>
    public int Threshold { get; init; } = 3;
}
