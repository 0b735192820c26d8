using System.ComponentModel.DataAnnotations;

namespace Mport.Server.Limits;

/// <summary>
/// What the edge takes at most (docs/limits.md). Zero stands for "as the machine allows" or "no limit", as each says; <see cref="For"/> puts numbers
/// in their place.
/// </summary>
internal sealed record EdgeLimits
{
    /// <summary>Bytes that the buffers of all streams hold or promise. Default 0: 40 % of the memory that the process may use. Beyond it, new visitors are refused, then streams reset.</summary>
    [Range(0, 1L << 40)]
    public long MemoryBudget { get; init; }

    /// <summary>The same for one session. Default 128 MiB.</summary>
    [Range(1L << 20, 1L << 40)]
    public long SessionMemory { get; init; } = 128L << 20;

    /// <summary>Sessions. Default 10,000, and no more than a tenth of the open files; one more is refused and its client tries again.</summary>
    [Range(1, 1_000_000)]
    public int MaxSessions { get; init; } = 10_000;

    /// <summary>Sessions of one account. Default 5,000; one more is refused and its client tries again.</summary>
    [Range(1, 1_000_000)]
    public int MaxSessionsPerAccount { get; init; } = 5_000;

    /// <summary>Tunnels of one session. Default 100; one more is refused.</summary>
    [Range(1, 10_000)]
    public int MaxTunnelsPerSession { get; init; } = 100;

    /// <summary>Visitors' streams of one session. Default 1000; one more visitor is turned away.</summary>
    [Range(1, 100_000)]
    public int MaxStreamsPerSession { get; init; } = 1000;

    /// <summary>From an accepted carrier to Welcome. Default 10 s; then it is closed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Greetings of clients under way. Default 512; one more is closed at once and its client tries again.</summary>
    [Range(1, 100_000)]
    public int MaxHandshakes { get; init; } = 512;

    /// <summary>Greetings under way from one address. Default 128: as many clients as may return together from behind one NAT.</summary>
    [Range(1, 100_000)]
    public int MaxHandshakesPerAddress { get; init; } = 128;

    /// <summary>Connections to the edge's own ports that have not said what they are. Default 2,000; at the limit the one that has waited longest is closed.</summary>
    [Range(1, 1_000_000)]
    public int MaxWaiting { get; init; } = 2_000;

    /// <summary>The same from one address. Default 500: a benchmark or a large NAT may open hundreds within one round trip.</summary>
    [Range(1, 1_000_000)]
    public int MaxWaitingPerAddress { get; init; } = 500;

    /// <summary>Visitors of TCP tunnels and requests of HTTP tunnels. Default 0: half the open files, and one for each 32 KiB of memory. One more is reset, or gets 503.</summary>
    [Range(0, 10_000_000)]
    public int MaxVisitors { get; init; }

    /// <summary>The same from one address. Default 0: half of all.</summary>
    [Range(0, 10_000_000)]
    public int MaxVisitorsPerAddress { get; init; }

    /// <summary>The same of one tunnel. Default 0: three quarters of all.</summary>
    [Range(0, 10_000_000)]
    public int MaxVisitorsPerTunnel { get; init; }

    /// <summary>The same of one account, so that one account never takes what another needs. Default 0: three quarters of all. One more gets 429, or is reset.</summary>
    [Range(0, 10_000_000)]
    public int MaxVisitorsPerAccount { get; init; }

    /// <summary>HTTP connections, both ports. Default 10,000, and no more than a fifth of the open files; one more is closed.</summary>
    [Range(1, 1_000_000)]
    public int MaxHttpConnections { get; init; } = 10_000;

    /// <summary>The same from one address. Default 0: half of all.</summary>
    [Range(0, 1_000_000)]
    public int MaxHttpConnectionsPerAddress { get; init; }

    /// <summary>Requests of one link of a tunnel at one time, WebSockets included. Default 1,000, as many as one session has streams; one more gets 503.</summary>
    [Range(1, 1_000_000)]
    public int MaxRequestsPerTunnel { get; init; } = 1_000;

    /// <summary>Connections a second that one listening port takes. Default 20,000; 0 is no limit. One more is reset.</summary>
    [Range(0, 10_000_000)]
    public int AcceptRate { get; init; } = 20_000;

    /// <summary>Connections a second from one address, over all ports. Default 10,000; 0 is no limit. One more is reset.</summary>
    [Range(0, 10_000_000)]
    public int AddressAcceptRate { get; init; } = 10_000;

    /// <summary>Bytes a second of one tunnel, each way. Default 0: no limit. What is more waits; datagrams are dropped.</summary>
    [Range(0, 1L << 40)]
    public long TunnelBandwidth { get; init; }

    /// <summary>Bytes a second of all tunnels of an account, each way. Default 0: no limit.</summary>
    [Range(0, 1L << 40)]
    public long AccountBandwidth { get; init; }

    /// <summary>How long a visitor may leave unread what waits for it. Default 10 min; then its connection is reset.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00")]
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a visitor's TCP connection may carry nothing. Default 0: for ever, because SSH and database sessions idle for days. Then it is reset.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan IdleTimeout { get; init; }

    /// <summary>How long the target may take to begin its answer to an HTTP request. Default 100 s; then the visitor gets 504.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>Bytes that the buffers of one account's streams may take of the whole.</summary>
    public long AccountMemory => MemoryBudget / 4 * 3;

    /// <summary>These limits with a number in each place, none of them more than the machine has.</summary>
    /// <param name="openFiles">File descriptors that the process may have open. Out of them a .NET process does not recover, so half is for visitors, a fifth for HTTP, a tenth each for who has said nothing and for sessions; the last tenth is the runtime's and the database's.</param>
    /// <param name="memory">Bytes that the process may use.</param>
    public EdgeLimits For(long openFiles, long memory)
    {
        var visitors = Within(MaxVisitors, Math.Min(openFiles / 2, memory / (32 * 1024)));
        var http = AtMost(MaxHttpConnections, openFiles / 5);
        var waiting = AtMost(MaxWaiting, openFiles / 10);
        var sessions = AtMost(MaxSessions, openFiles / 10);
        return this with
        {
            MemoryBudget = MemoryBudget == 0 ? memory / 5 * 2 : MemoryBudget,
            MaxSessions = sessions,
            MaxHandshakes = AtMost(MaxHandshakes, openFiles / 20),
            MaxWaiting = waiting,
            MaxWaitingPerAddress = AtMost(MaxWaitingPerAddress, Math.Max(1, waiting / 2)),
            MaxVisitors = visitors,
            MaxVisitorsPerAddress = Within(MaxVisitorsPerAddress, Math.Max(1, visitors / 2)),
            MaxVisitorsPerTunnel = Within(MaxVisitorsPerTunnel, Math.Max(1, visitors / 4 * 3)),
            MaxVisitorsPerAccount = Within(MaxVisitorsPerAccount, Math.Max(1, visitors / 4 * 3)),
            MaxHttpConnections = http,
            MaxHttpConnectionsPerAddress = Within(MaxHttpConnectionsPerAddress, Math.Max(1, http / 2)),
        };
    }

    private static int AtMost(int asked, long most) => (int)Math.Max(1, Math.Min(asked, most));

    // What was asked for, even where it is more than the machine's share: who sets it knows the machine.
    private static int Within(int asked, long otherwise) => asked != 0 ? asked : (int)Math.Clamp(otherwise, 1, int.MaxValue);
}
