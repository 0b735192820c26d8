namespace Mport.Client;

/// <summary>A look at the engine at one moment.</summary>
public sealed record ClientStatus
{
    /// <summary>Where the session stands.</summary>
    public required ClientState State { get; init; }

    /// <summary>The last measured round trip to the edge, or null before the first.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>The tunnels in the order of the options.</summary>
    public required IReadOnlyList<TunnelStatus> Tunnels { get; init; }
}

/// <summary>A look at one tunnel.</summary>
/// <param name="Tunnel">What was asked for.</param>
/// <param name="Urls">Its public addresses, empty while it is not open.</param>
/// <param name="Open">Connections open now.</param>
/// <param name="Total">Connections since the start.</param>
/// <param name="BytesIn">Bytes from visitors to the target since the start, counted as they flow.</param>
/// <param name="BytesOut">Bytes from the target to visitors since the start, counted as they flow.</param>
public sealed record TunnelStatus(TunnelSpec Tunnel, IReadOnlyList<string> Urls, int Open, long Total, long BytesIn, long BytesOut)
{
    /// <summary>What the health check found; null without one, and before its first result.</summary>
    public bool? Healthy { get; init; }
}

/// <summary>Where a session stands.</summary>
public enum ClientState
{
    /// <summary>There is no session yet, or no longer.</summary>
    Connecting,

    /// <summary>A session stands, but its connection is broken and being taken up again; visitors wait meanwhile.</summary>
    Reconnecting,

    /// <summary>Connected.</summary>
    Online,

    /// <summary>Ended.</summary>
    Ended,
}
