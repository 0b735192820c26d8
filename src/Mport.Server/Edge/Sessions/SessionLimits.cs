using Mport.Protocol.Carriers;
using Mport.Server.Limits;

namespace Mport.Server.Edge.Sessions;

/// <summary>The limits of sessions.</summary>
internal sealed record SessionLimits
{
    /// <summary>From an accepted connection to Welcome. Default 10 s; at the end the connection is closed.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Greetings under way at one time, in all. Default 512; one more is closed at once and its client tries again.</summary>
    public int MaxHandshakes { get; init; } = 512;

    /// <summary>Greetings under way at one time from one address. Default 128: as many clients as may return together from behind one NAT.</summary>
    public int MaxHandshakesPerAddress { get; init; } = 128;

    /// <summary>Sessions of one account at one time. Default 5,000; one more is refused and its client tries again.</summary>
    public int MaxSessionsPerAccount { get; init; } = 5_000;

    /// <summary>Sessions at one time. Default 10,000; one more is refused and its client tries again.</summary>
    public int MaxSessions { get; init; } = 10_000;

    /// <summary>Carriers of one session: 1 to 8. Default 8; a client that asks for more is granted these.</summary>
    public int MaxCarriers { get; init; } = CarrierSet.Max;

    /// <summary>How long a session may be without its control stream, while another carrier stands. Default 60 s; then it ends.</summary>
    public TimeSpan ControlGrace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a broken carrier is kept for its client. Default 60 s; then its streams are reset. Zero refuses to resume.</summary>
    public TimeSpan ResumeGrace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes that one carrier may keep until its client acknowledges them: 64 KiB to 1 GiB. Default 16 MiB; then it waits for the client.</summary>
    public long ResumeBytes { get; init; } = 16L * 1024 * 1024;

    /// <summary>How long a visitor waits for a client whose connection was closed: if its program runs, it dials at once. Default 1 s; then the tunnel counts as offline.</summary>
    public TimeSpan AwayPatience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Tunnels of one session. Default 100; one more is refused.</summary>
    public int MaxTunnels { get; init; } = 100;

    /// <summary>Visitors' streams of one session. Default 1000; one more visitor is turned away.</summary>
    public int MaxStreams { get; init; } = 1000;

    /// <summary>Bytes that the buffers of one session's streams hold or promise. Default 128 MiB.</summary>
    public long SessionMemory { get; init; } = 128L * 1024 * 1024;

    /// <summary>The sessions' part of the edge's limits.</summary>
    public static SessionLimits Of(EdgeLimits limits) => new()
    {
        HandshakeTimeout = limits.HandshakeTimeout,
        MaxHandshakes = limits.MaxHandshakes,
        MaxHandshakesPerAddress = limits.MaxHandshakesPerAddress,
        MaxSessions = limits.MaxSessions,
        MaxSessionsPerAccount = limits.MaxSessionsPerAccount,
        MaxTunnels = limits.MaxTunnelsPerSession,
        MaxStreams = limits.MaxStreamsPerSession,
        SessionMemory = limits.SessionMemory,
    };

    /// <summary>How often ended tokens are looked for. Default 1 s: a revoked token's sessions end within 2 s.</summary>
    public TimeSpan TokenWatchInterval { get; init; } = TimeSpan.FromSeconds(1);
}
