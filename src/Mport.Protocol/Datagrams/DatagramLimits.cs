namespace Mport.Protocol.Datagrams;

/// <summary>What may wait to be sent on one datagram stream. One datagram more, and the oldest is dropped.</summary>
public sealed record DatagramLimits
{
    /// <summary>Payload bytes. Default 1 MiB: 84 ms at 100 Mbit/s; what waits longer is worth less to a game or a call than what comes after it.</summary>
    public int QueueBytes { get; init; } = 1024 * 1024;

    /// <summary>Datagrams. Default 4096: small ones reach this before they reach the bytes.</summary>
    public int QueueDatagrams { get; init; } = 4096;
}
