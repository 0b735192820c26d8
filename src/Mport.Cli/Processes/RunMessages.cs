namespace Mport.Cli.Processes;

/// <summary>What <c>ps</c>, <c>status</c> and <c>stop</c> ask a running process; one JSON line.</summary>
/// <param name="Command"><c>status</c> or <c>stop</c>.</param>
/// <param name="Tunnel">For stop: the tunnel to stop; absent for the whole process.</param>
/// <param name="All">For stop: stop the process even if it serves other tunnels too.</param>
internal sealed record RunRequest(string Command, string? Tunnel = null, bool All = false)
{
    public const string Status = "status";
    public const string Stop = "stop";
}

/// <summary>The answer; one JSON line.</summary>
internal sealed record RunReply
{
    /// <summary>Why the request was not done; absent when it was.</summary>
    public string? Refused { get; init; }

    /// <summary>The process.</summary>
    public required int Pid { get; init; }

    /// <summary>The edge that it is for.</summary>
    public required string Edge { get; init; }

    /// <summary><c>connecting</c>, <c>online</c> or <c>ended</c>.</summary>
    public required string State { get; init; }

    /// <summary>Seconds since its start.</summary>
    public required double Uptime { get; init; }

    /// <summary>Its tunnels.</summary>
    public required IReadOnlyList<RunTunnel> Tunnels { get; init; }
}

/// <summary>One tunnel of a running process.</summary>
internal sealed record RunTunnel
{
    public required string Name { get; init; }

    public required string Proto { get; init; }

    public required string Target { get; init; }

    public string? Url { get; init; }

    /// <summary>What the health check found; absent without one, and before its first result.</summary>
    public bool? Healthy { get; init; }

    /// <summary>The group that it shares its address with.</summary>
    public string? Group { get; init; }

    public required int Open { get; init; }

    public required long Total { get; init; }

    public required long BytesIn { get; init; }

    public required long BytesOut { get; init; }
}
