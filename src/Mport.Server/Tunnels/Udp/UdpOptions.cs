namespace Mport.Server.Tunnels.Udp;

/// <summary>The limits of UDP tunnels on this edge.</summary>
internal sealed record UdpOptions
{
    /// <summary>How long a visitor may be silent in both directions before it is forgotten. Default 60 s; routers keep a UDP mapping for 30 s to 2 min.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Visitors of one tunnel at one time; one more pushes out the one that was silent for longest. Default 10,000: about 6 MB.</summary>
    public int MaxVisitors { get; init; } = 10_000;

    /// <summary>
    /// Visitors of one tunnel from one IPv4 address or IPv6 /64; one more pushes out another of the same address. Default 8,000: a large NAT or a
    /// load test fits, and a fifth of the table stays for everybody else.
    /// </summary>
    public int MaxVisitorsPerAddress { get; init; } = 8_000;

    /// <summary>Bytes of datagrams that may wait for one carrier of one tunnel; then the oldest is dropped. Default 1 MiB.</summary>
    public int QueueBytes { get; init; } = 1024 * 1024;

    /// <summary>How many times the bytes of its requests a visitor gets before it has answered an answer; 0 sends everything. Default 3, as QUIC does (RFC 9000, 8.1).</summary>
    public int Amplification { get; init; } = 3;
}
