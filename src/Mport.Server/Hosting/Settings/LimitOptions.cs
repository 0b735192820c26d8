using Mport.Server.Limits;

namespace Mport.Server.Hosting.Settings;

/// <summary>The options that set a limit; docs/limits.md has a line for each.</summary>
internal static class LimitOptions
{
    public static readonly EdgeOption<long> MemoryBudget = new(
        "memory-budget", "SIZE", "Bytes that the buffers of all streams may take, 0 to 1024G; beyond it new visitors are refused, then streams reset. 0: 40 % of the memory.", OptionValues.ReadSize)
    {
        Default = "0",
        Property = nameof(EdgeLimits.MemoryBudget),
    };

    public static readonly EdgeOption<long> SessionMemory = new(
        "session-memory", "SIZE", "The same for one session, 1M to 1024G.", OptionValues.ReadSize)
    {
        Default = "128M",
        Property = nameof(EdgeLimits.SessionMemory),
    };

    public static readonly EdgeOption<int> MaxSessions = new(
        "max-sessions", "N", "Sessions at one time, 1 to 1000000; one more client is refused and tries again.", OptionValues.ReadNumber)
    {
        Default = "10000",
        Property = nameof(EdgeLimits.MaxSessions),
    };

    public static readonly EdgeOption<int> MaxSessionsPerAccount = new(
        "max-sessions-per-account", "N", "Sessions of one account, 1 to 1000000; one more client is refused and tries again.", OptionValues.ReadNumber)
    {
        Default = "5000",
        Property = nameof(EdgeLimits.MaxSessionsPerAccount),
    };

    public static readonly EdgeOption<int> MaxTunnelsPerSession = new(
        "max-tunnels-per-session", "N", "Tunnels of one session, 1 to 10000; one more is refused.", OptionValues.ReadNumber)
    {
        Default = "100",
        Property = nameof(EdgeLimits.MaxTunnelsPerSession),
    };

    public static readonly EdgeOption<int> MaxStreamsPerSession = new(
        "max-streams-per-session", "N", "Visitors' streams of one session, 1 to 100000; one more visitor is turned away.", OptionValues.ReadNumber)
    {
        Default = "1000",
        Property = nameof(EdgeLimits.MaxStreamsPerSession),
    };

    public static readonly EdgeOption<TimeSpan> HandshakeTimeout = new(
        "handshake-timeout", "TIME", "How long a client may take to greet, 1s to 5m; then it is closed.", OptionValues.ReadDuration)
    {
        Default = "10s",
        Property = nameof(EdgeLimits.HandshakeTimeout),
    };

    public static readonly EdgeOption<int> MaxHandshakes = new(
        "max-handshakes", "N", "Greetings of clients under way, 1 to 100000; one more client is closed and tries again.", OptionValues.ReadNumber)
    {
        Default = "512",
        Property = nameof(EdgeLimits.MaxHandshakes),
    };

    public static readonly EdgeOption<int> MaxHandshakesPerAddress = new(
        "max-handshakes-per-address", "N", "The same from one address, 1 to 100000.", OptionValues.ReadNumber)
    {
        Default = "128",
        Property = nameof(EdgeLimits.MaxHandshakesPerAddress),
    };

    public static readonly EdgeOption<int> MaxWaiting = new(
        "max-waiting", "N", "Connections that have said nothing yet, 1 to 1000000; at the limit the one that has waited longest is closed.", OptionValues.ReadNumber)
    {
        Default = "2000",
        Property = nameof(EdgeLimits.MaxWaiting),
    };

    public static readonly EdgeOption<int> MaxWaitingPerAddress = new(
        "max-waiting-per-address", "N", "The same from one address, 1 to 1000000.", OptionValues.ReadNumber)
    {
        Default = "500",
        Property = nameof(EdgeLimits.MaxWaitingPerAddress),
    };

    public static readonly EdgeOption<int> MaxVisitors = new(
        "max-visitors", "N", "Visitors' connections and requests at one time, 0 to 10000000; one more is refused. 0: as open files and memory allow.", OptionValues.ReadNumber)
    {
        Default = "0",
        Property = nameof(EdgeLimits.MaxVisitors),
    };

    public static readonly EdgeOption<int> MaxVisitorsPerAddress = new(
        "max-visitors-per-address", "N", "The same from one address (IPv6: /64), 0 to 10000000. 0: half of all.", OptionValues.ReadNumber)
    {
        Default = "0",
        Property = nameof(EdgeLimits.MaxVisitorsPerAddress),
    };

    public static readonly EdgeOption<int> MaxVisitorsPerTunnel = new(
        "max-visitors-per-tunnel", "N", "The same of one tunnel, 0 to 10000000. 0: three quarters of all.", OptionValues.ReadNumber)
    {
        Default = "0",
        Property = nameof(EdgeLimits.MaxVisitorsPerTunnel),
    };

    public static readonly EdgeOption<int> MaxVisitorsPerAccount = new(
        "max-visitors-per-account", "N", "The same of one account, 0 to 10000000. 0: three quarters of all.", OptionValues.ReadNumber)
    {
        Default = "0",
        Property = nameof(EdgeLimits.MaxVisitorsPerAccount),
    };

    public static readonly EdgeOption<int> MaxHttpConnections = new(
        "max-http-connections", "N", "HTTP connections at one time, 1 to 1000000; one more is closed.", OptionValues.ReadNumber)
    {
        Default = "10000",
        Property = nameof(EdgeLimits.MaxHttpConnections),
    };

    public static readonly EdgeOption<int> MaxHttpConnectionsPerAddress = new(
        "max-http-connections-per-address", "N", "The same from one address, 0 to 1000000. 0: half of all.", OptionValues.ReadNumber)
    {
        Default = "0",
        Property = nameof(EdgeLimits.MaxHttpConnectionsPerAddress),
    };

    public static readonly EdgeOption<int> MaxRequestsPerTunnel = new(
        "max-requests-per-tunnel", "N", "HTTP requests of one tunnel at one time, 1 to 1000000; one more gets 503.", OptionValues.ReadNumber)
    {
        Default = "1000",
        Property = nameof(EdgeLimits.MaxRequestsPerTunnel),
    };

    public static readonly EdgeOption<int> AcceptRate = new(
        "accept-rate", "N", "Connections a second that one port takes, 0 to 10000000; one more is reset. 0: no limit.", OptionValues.ReadNumber)
    {
        Default = "20000",
        Property = nameof(EdgeLimits.AcceptRate),
    };

    public static readonly EdgeOption<int> AddressAcceptRate = new(
        "address-accept-rate", "N", "Connections a second from one address, 0 to 10000000; one more is reset. 0: no limit.", OptionValues.ReadNumber)
    {
        Default = "10000",
        Property = nameof(EdgeLimits.AddressAcceptRate),
    };

    public static readonly EdgeOption<long> TunnelBandwidth = new(
        "tunnel-bandwidth", "RATE", "Bytes a second of one tunnel, each way, 0 to 1024G, such as 10M. 0: no limit.", OptionValues.ReadRate)
    {
        Default = "0",
        Property = nameof(EdgeLimits.TunnelBandwidth),
    };

    public static readonly EdgeOption<long> AccountBandwidth = new(
        "account-bandwidth", "RATE", "Bytes a second of one account, each way, 0 to 1024G. 0: no limit.", OptionValues.ReadRate)
    {
        Default = "0",
        Property = nameof(EdgeLimits.AccountBandwidth),
    };

    public static readonly EdgeOption<TimeSpan> StallTimeout = new(
        "stall-timeout", "TIME", "How long a visitor may leave unread what waits for it, 5s to 1d; then it is reset.", OptionValues.ReadDuration)
    {
        Default = "10m",
        Property = nameof(EdgeLimits.StallTimeout),
    };

    public static readonly EdgeOption<TimeSpan> IdleTimeout = new(
        "idle-timeout", "TIME", "How long a visitor's TCP connection may carry nothing, 0s to 30d; then it is reset. 0s: for ever.", OptionValues.ReadDuration)
    {
        Default = "0s",
        Property = nameof(EdgeLimits.IdleTimeout),
    };

    public static readonly EdgeOption<TimeSpan> AnswerTimeout = new(
        "answer-timeout", "TIME", "How long a target may take to begin its answer to an HTTP request, 1s to 1d; then the visitor gets 504.", OptionValues.ReadDuration)
    {
        Default = "100s",
        Property = nameof(EdgeLimits.AnswerTimeout),
    };

    /// <summary>All of them, in the order of the help.</summary>
    public static IReadOnlyList<EdgeOption> All { get; } =
    [
        MemoryBudget, SessionMemory, MaxSessions, MaxSessionsPerAccount, MaxTunnelsPerSession, MaxStreamsPerSession, HandshakeTimeout, MaxHandshakes,
        MaxHandshakesPerAddress, MaxWaiting, MaxWaitingPerAddress, MaxVisitors, MaxVisitorsPerAddress, MaxVisitorsPerTunnel, MaxVisitorsPerAccount,
        MaxHttpConnections, MaxHttpConnectionsPerAddress, MaxRequestsPerTunnel, AcceptRate, AddressAcceptRate, TunnelBandwidth, AccountBandwidth,
        StallTimeout, IdleTimeout, AnswerTimeout,
    ];

    /// <summary>Reads them.</summary>
    public static EdgeLimits Read(EdgeSettingsReader reader, EdgeLimits defaults) => defaults with
    {
        MemoryBudget = reader.Get(MemoryBudget, defaults.MemoryBudget),
        SessionMemory = reader.Get(SessionMemory, defaults.SessionMemory),
        MaxSessions = reader.Get(MaxSessions, defaults.MaxSessions),
        MaxSessionsPerAccount = reader.Get(MaxSessionsPerAccount, defaults.MaxSessionsPerAccount),
        MaxTunnelsPerSession = reader.Get(MaxTunnelsPerSession, defaults.MaxTunnelsPerSession),
        MaxStreamsPerSession = reader.Get(MaxStreamsPerSession, defaults.MaxStreamsPerSession),
        HandshakeTimeout = reader.Get(HandshakeTimeout, defaults.HandshakeTimeout),
        MaxHandshakes = reader.Get(MaxHandshakes, defaults.MaxHandshakes),
        MaxHandshakesPerAddress = reader.Get(MaxHandshakesPerAddress, defaults.MaxHandshakesPerAddress),
        MaxWaiting = reader.Get(MaxWaiting, defaults.MaxWaiting),
        MaxWaitingPerAddress = reader.Get(MaxWaitingPerAddress, defaults.MaxWaitingPerAddress),
        MaxVisitors = reader.Get(MaxVisitors, defaults.MaxVisitors),
        MaxVisitorsPerAddress = reader.Get(MaxVisitorsPerAddress, defaults.MaxVisitorsPerAddress),
        MaxVisitorsPerTunnel = reader.Get(MaxVisitorsPerTunnel, defaults.MaxVisitorsPerTunnel),
        MaxVisitorsPerAccount = reader.Get(MaxVisitorsPerAccount, defaults.MaxVisitorsPerAccount),
        MaxHttpConnections = reader.Get(MaxHttpConnections, defaults.MaxHttpConnections),
        MaxHttpConnectionsPerAddress = reader.Get(MaxHttpConnectionsPerAddress, defaults.MaxHttpConnectionsPerAddress),
        MaxRequestsPerTunnel = reader.Get(MaxRequestsPerTunnel, defaults.MaxRequestsPerTunnel),
        AcceptRate = reader.Get(AcceptRate, defaults.AcceptRate),
        AddressAcceptRate = reader.Get(AddressAcceptRate, defaults.AddressAcceptRate),
        TunnelBandwidth = reader.Get(TunnelBandwidth, defaults.TunnelBandwidth),
        AccountBandwidth = reader.Get(AccountBandwidth, defaults.AccountBandwidth),
        StallTimeout = reader.Get(StallTimeout, defaults.StallTimeout),
        IdleTimeout = reader.Get(IdleTimeout, defaults.IdleTimeout),
        AnswerTimeout = reader.Get(AnswerTimeout, defaults.AnswerTimeout),
    };
}
