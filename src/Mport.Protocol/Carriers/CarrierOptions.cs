namespace Mport.Protocol.Carriers;

/// <summary>The limits of one carrier.</summary>
public sealed record CarrierOptions
{
    /// <summary>Streams that the peer may have open at one time; one more is reset (SEC-22). Default 1000.</summary>
    public int MaxIncomingStreams { get; init; } = 1000;

    /// <summary>Streams that this side may have open at one time. Default 1000.</summary>
    public int MaxOutgoingStreams { get; init; } = 1000;

    /// <summary>How long between heartbeats. Default 10 s.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the peer may be silent, leave a heartbeat unanswered or accept nothing before the carrier is dead. Default 30 s.</summary>
    public TimeSpan DeadAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How far a stream's receive window may grow, in bytes: 256 KiB to 1 GiB. Default 16 MiB.</summary>
    public int MaxWindow { get; init; } = 16 * 1024 * 1024;
}
