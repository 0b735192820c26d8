using System.ComponentModel.DataAnnotations;
using System.Net;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Registration;
using Mport.Server.Api;
using Mport.Server.Data;
using Mport.Server.Edge.Proxies;
using Mport.Server.Limits;
using Mport.Server.Mail;
using Mport.Server.Metrics;
using Mport.Server.Quotas;
using Mport.Server.Traffic;
using Mport.Server.Tunnels.Udp;

namespace Mport.Server.Hosting;

/// <summary>What the edge was told: read once, from flags, variables and the file; checked; never changed.</summary>
internal sealed record EdgeSettings
{
    /// <summary>The folder for database, certificate and lock, as a full path. Default: <c>mport-data</c> in the current folder.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The domain whose subdomains are given to HTTP tunnels, lower case: a host name or an IPv4 address. Default: <c>localhost</c>.</summary>
    public required string Domain { get; init; }

    /// <summary>The address to listen on. Default: <see cref="IPAddress.IPv6Any"/>, which stands for all interfaces with IPv4 and IPv6.</summary>
    public IPAddress Listen { get; init; } = IPAddress.IPv6Any;

    /// <summary>The port for HTTP without TLS; 0 lets the system choose. Default: 8080.</summary>
    [Range(0, 65535)]
    public int HttpPort { get; init; } = 8080;

    /// <summary>The port for carriers and HTTPS; 0 lets the system choose. Default: 8443.</summary>
    [Range(0, 65535)]
    public int TlsPort { get; init; } = 8443;

    /// <summary>The ports given to TCP tunnels. Default: 20000-20999. A claim beyond them is refused.</summary>
    public PortRange TcpPorts { get; init; } = new(20000, 20999);

    /// <summary>The ports given to UDP tunnels. Default: 20000-20999. A claim beyond them is refused.</summary>
    public PortRange UdpPorts { get; init; } = new(20000, 20999);

    /// <summary>Subdomains that nobody gets beside the built-in ones, and what looks like them. Default: none.</summary>
    public ForbiddenNames ForbiddenNames { get; init; } = ForbiddenNames.BuiltIn;

    /// <summary>The database. Default: <c>edge.db</c> in the data folder.</summary>
    public required DatabaseUrl Database { get; init; }

    /// <summary>A PEM file with the certificate and what chains it; null lets the edge make its own.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>A PEM file with the certificate's key, readable by its owner alone; given exactly when the certificate is.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The owner's address on the first start; null for <c>owner@DOMAIN</c>.</summary>
    public EmailAddress? Owner { get; init; }

    /// <summary>How long streams may go on after the stop signal; what is left then is cut. Default: 30 s; 0 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long visitors who are in may go on at this process after another one has taken the edge over; then they are cut. Default: 1 h; 0 s to 7 d.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan HandoverDrain { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The DNS server that custom domains are looked up at; null for what the machine is told to ask.</summary>
    public IPEndPoint? DnsServer { get; init; }

    /// <summary>How long a connection of which one direction has ended may carry nothing in the other. Default: 5 min; then it is reset.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan HalfClosedTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What the edge takes at most.</summary>
    public EdgeLimits Limits { get; init; } = new();

    /// <summary>What an account may have, of which nothing else is said. Default: no limit.</summary>
    public QuotaDefaults Quotas { get; init; } = new();

    /// <summary>How long usage is kept.</summary>
    public UsageOptions Usage { get; init; } = new();

    /// <summary>How long events are kept. Default: 400 days; 1 day to 20 years.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "7300.00:00:00")]
    public TimeSpan EventRetention { get; init; } = TimeSpan.FromDays(400);

    /// <summary>How the edge sends mail. Default: null, and it sends none.</summary>
    public MailOptions? Mail { get; init; }

    /// <summary>Who may make an account. Default: who was invited.</summary>
    public RegistrationOptions Registration { get; init; } = new();

    /// <summary>How long a UDP visitor may be silent before it is forgotten. Default: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan UdpIdle { get; init; } = new UdpOptions().Idle;

    /// <summary>UDP visitors of one tunnel; one more pushes out the one that was silent for longest. Default: 10,000.</summary>
    [Range(1, 1_000_000)]
    public int UdpVisitors { get; init; } = new UdpOptions().MaxVisitors;

    /// <summary>UDP visitors of one tunnel from one IPv4 address or IPv6 /64; one more pushes out another of the same. Default: 8,000.</summary>
    [Range(1, 1_000_000)]
    public int UdpVisitorsPerAddress { get; init; } = new UdpOptions().MaxVisitorsPerAddress;

    /// <summary>Bytes of datagrams that may wait for one carrier of one tunnel; then the oldest is dropped. Default: 1 MiB.</summary>
    [Range(64 * 1024, 64 * 1024 * 1024)]
    public int UdpQueue { get; init; } = new UdpOptions().QueueBytes;

    /// <summary>How many times the bytes of its requests a UDP visitor gets before it has answered an answer; 0 for no limit. Default: 3.</summary>
    [Range(0, 1000)]
    public int UdpAmplification { get; init; } = new UdpOptions().Amplification;

    /// <summary>The limits of UDP tunnels.</summary>
    public UdpOptions Udp => new()
    {
        Idle = UdpIdle,
        MaxVisitors = UdpVisitors,
        MaxVisitorsPerAddress = UdpVisitorsPerAddress,
        QueueBytes = UdpQueue,
        Amplification = UdpAmplification,
    };

    /// <summary>Networks whose connections must begin with a PROXY protocol header, on the HTTP, TLS and public TCP ports. Default: none.</summary>
    public IpNetworks ProxyProtocolFrom { get; init; } = IpNetworks.None;

    /// <summary>Networks of reverse proxies whose X-Forwarded-For and kin are believed. Default: none.</summary>
    public IpNetworks TrustedProxies { get; init; } = IpNetworks.None;

    /// <summary>Requests a minute that the API takes from one account. Default: 1,200; 0 for no limit. One more gets 429.</summary>
    [Range(0, 10_000_000)]
    public int ApiRate { get; init; } = new ApiOptions().Rate;

    /// <summary>Teams that an account makes which is no administrator's. Default: 10; 0 leaves teams to administrators. One more is refused.</summary>
    [Range(0, 1000)]
    public int MaxTeamsPerAccount { get; init; } = 10;

    /// <summary>Who may read <c>/metrics</c>. Default: loopback.</summary>
    public MetricsAccess Metrics { get; init; }

    /// <summary>Carriers of one session. Default: 8; 1 to 8. A client that asks for more is granted these.</summary>
    [Range(1, 8)]
    public int MaxCarriers { get; init; } = 8;

    /// <summary>How long a client's broken connection is kept for it. Default: 60 s; 0 s to 1 h. Zero refuses to resume.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ResumeGrace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes that one carrier may keep until its client has acknowledged them. Default: 16 MiB; 64 KiB to 1 GiB. When it is full, the carrier waits.</summary>
    [Range(64L * 1024, 1024L * 1024 * 1024)]
    public long ResumeBuffer { get; init; } = 16L * 1024 * 1024;

    /// <summary>The least level that is logged. Default: information.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}
