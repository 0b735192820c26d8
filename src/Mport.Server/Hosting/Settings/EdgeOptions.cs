using System.Net;
using Mport.Server.Accounts;
using Mport.Server.Edge.Proxies;
using Mport.Server.Metrics;

namespace Mport.Server.Hosting.Settings;

/// <summary>Every option of <c>mportd</c>, once. The command line, the variables, the file and the help all follow from this table.</summary>
internal static class EdgeOptions
{
    /// <summary>The name of the file that is read from the data folder.</summary>
    public const string FileName = "mportd.yml";

    public static readonly EdgeOption<string> Data = new(
        "data", "DIR", "Folder for the database, the certificate and mportd.yml; made with mode 0700 where it does not exist.", OptionValues.ReadPath)
    {
        Default = "./mport-data",
        IsShared = true,
        Property = nameof(EdgeSettings.DataFolder),
    };

    public static readonly EdgeOption<string> Config = new(
        "config", "FILE", "Configuration file to read in place of the data folder's.", OptionValues.ReadPath)
    {
        Default = "mportd.yml in the data folder",
        IsShared = true,
        IsInFile = false,
    };

    public static readonly EdgeOption<RawValue> Database = new(
        "database", "URL", "Database: sqlite:PATH, or postgres://user:password@host/db.", OptionValues.ReadRaw)
    {
        Default = "sqlite: in the data folder",
        IsShared = true,
        Property = nameof(EdgeSettings.Database),
    };

    public static readonly EdgeOption<string> Domain = new(
        "domain", "HOST", "Domain of the edge; HTTP tunnels get its subdomains.", OptionValues.ReadDomain)
    {
        Default = "localhost",
        Property = nameof(EdgeSettings.Domain),
    };

    public static readonly EdgeOption<IPAddress> Listen = new(
        "listen", "ADDR", "IP address to listen on, or * for all.", OptionValues.ReadAddress)
    {
        Default = "all interfaces, IPv4 and IPv6",
        Property = nameof(EdgeSettings.Listen),
    };

    public static readonly EdgeOption<int> HttpPort = new(
        "http-port", "N", "Port for HTTP, 0 to 65535; 0 lets the system choose.", OptionValues.ReadNumber)
    {
        Default = "8080",
        Property = nameof(EdgeSettings.HttpPort),
    };

    public static readonly EdgeOption<int> TlsPort = new(
        "tls-port", "N", "Port for clients and HTTPS, 0 to 65535; 0 lets the system choose.", OptionValues.ReadNumber)
    {
        Default = "8443",
        Property = nameof(EdgeSettings.TlsPort),
    };

    public static readonly EdgeOption<PortRange> TcpPorts = new(
        "tcp-ports", "A-B", "Public ports for TCP tunnels.", OptionValues.ReadPorts)
    {
        Default = "20000-20999",
        Property = nameof(EdgeSettings.TcpPorts),
    };

    public static readonly EdgeOption<PortRange> UdpPorts = new(
        "udp-ports", "A-B", "Public ports for UDP tunnels.", OptionValues.ReadPorts)
    {
        Default = "20000-20999",
        Property = nameof(EdgeSettings.UdpPorts),
    };

    public static readonly EdgeOption<string> Certificate = new(
        "cert", "FILE", "PEM file with the TLS certificate and its chain; needs --key.", OptionValues.ReadPath)
    {
        Default = "one that the edge makes",
        Property = nameof(EdgeSettings.CertificateFile),
    };

    public static readonly EdgeOption<string> Key = new(
        "key", "FILE", "PEM file with the certificate's key, mode 0600; needs --cert.", OptionValues.ReadPath)
    {
        Property = nameof(EdgeSettings.KeyFile),
    };

    public static readonly EdgeOption<EmailAddress> Owner = new(
        "owner", "EMAIL", "E-mail address of the account that the first start makes.", OptionValues.ReadEmail)
    {
        Default = "owner@DOMAIN",
        Property = nameof(EdgeSettings.Owner),
    };

    public static readonly EdgeOption<TimeSpan> Drain = new(
        "drain", "TIME", "How long open streams may go on after the stop signal, 0s to 1h; then they are cut.", OptionValues.ReadDuration)
    {
        Default = "30s",
        Property = nameof(EdgeSettings.Drain),
    };

    public static readonly EdgeOption<TimeSpan> HandoverDrain = new(
        "handover-drain", "TIME", "How long open streams may go on after another process has taken the edge over, 0s to 7d; then they are cut.", OptionValues.ReadDuration)
    {
        Default = "1h",
        Property = nameof(EdgeSettings.HandoverDrain),
    };

    public static readonly EdgeOption<TimeSpan> HalfClosedTimeout = new(
        "half-closed-timeout", "TIME", "How long a half-closed connection may carry nothing, 1s to 1d; then it is reset.", OptionValues.ReadDuration)
    {
        Default = "5m",
        Property = nameof(EdgeSettings.HalfClosedTimeout),
    };

    public static readonly EdgeOption<IPEndPoint> DnsServer = new(
        "dns-server", "ADDR", "DNS server for looking up custom domains, an IP address with or without a port.", OptionValues.ReadEndPoint)
    {
        Default = "the machine's",
        Property = nameof(EdgeSettings.DnsServer),
    };

    public static readonly EdgeOption<IpNetworks> ProxyProtocolFrom = new(
        "proxy-protocol-from", "NETS", "Networks whose connections must begin with a PROXY protocol header (v1 or v2), as in 10.0.0.0/8,192.0.2.7.", OptionValues.ReadNetworks)
    {
        Default = "none",
        Property = nameof(EdgeSettings.ProxyProtocolFrom),
    };

    public static readonly EdgeOption<IpNetworks> TrustedProxies = new(
        "trusted-proxies", "NETS", "Networks of reverse proxies whose X-Forwarded-For, -Proto and -Host or Forwarded is believed.", OptionValues.ReadNetworks)
    {
        Default = "none",
        Property = nameof(EdgeSettings.TrustedProxies),
    };

    public static readonly EdgeOption<int> MaxCarriers = new(
        "max-carriers", "N", "Connections that one client may have, 1 to 8; a client that asks for more gets these.", OptionValues.ReadNumber)
    {
        Default = "8",
        Property = nameof(EdgeSettings.MaxCarriers),
    };

    public static readonly EdgeOption<TimeSpan> ResumeGrace = new(
        "resume-grace", "TIME", "How long a client's broken connection is kept for it, 0s to 1h; then its streams are reset. 0s keeps none.", OptionValues.ReadDuration)
    {
        Default = "60s",
        Property = nameof(EdgeSettings.ResumeGrace),
    };

    public static readonly EdgeOption<long> ResumeBuffer = new(
        "resume-buffer", "SIZE", "Bytes that a connection to a client may keep until the client has acknowledged them, 64k to 1G; then it waits.", OptionValues.ReadSize)
    {
        Default = "16M",
        Property = nameof(EdgeSettings.ResumeBuffer),
    };

    public static readonly EdgeOption<LogLevel> Level = new(
        "log-level", "L", "Least level that is logged: trace, debug, info, warn or error.", OptionValues.ReadLevel)
    {
        Default = "info",
        Property = nameof(EdgeSettings.LogLevel),
    };

    public static readonly EdgeOption<TimeSpan> UdpIdle = new(
        "udp-idle", "TIME", "How long a UDP visitor may be silent, 1s to 1d; then it is forgotten.", OptionValues.ReadDuration)
    {
        Default = "60s",
        Property = nameof(EdgeSettings.UdpIdle),
    };

    public static readonly EdgeOption<int> UdpVisitors = new(
        "udp-visitors", "N", "UDP visitors of one tunnel, 1 to 1000000; one more pushes out the most silent one.", OptionValues.ReadNumber)
    {
        Default = "10000",
        Property = nameof(EdgeSettings.UdpVisitors),
    };

    public static readonly EdgeOption<int> UdpVisitorsPerAddress = new(
        "udp-visitors-per-address", "N", "UDP visitors of one tunnel from one IPv4 address or IPv6 /64, 1 to 1000000.", OptionValues.ReadNumber)
    {
        Default = "8000",
        Property = nameof(EdgeSettings.UdpVisitorsPerAddress),
    };

    public static readonly EdgeOption<int> UdpQueue = new(
        "udp-queue", "BYTES", "Datagrams that wait for one carrier of one tunnel, 65536 to 67108864 bytes; then the oldest is dropped.", OptionValues.ReadNumber)
    {
        Default = "1048576",
        Property = nameof(EdgeSettings.UdpQueue),
    };

    public static readonly EdgeOption<int> UdpAmplification = new(
        "udp-amplification", "N", "Times the bytes of its requests that a UDP visitor gets before it has answered an answer, 0 to 1000; 0 for no limit.", OptionValues.ReadNumber)
    {
        Default = "3",
        Property = nameof(EdgeSettings.UdpAmplification),
    };

    public static readonly EdgeOption<ForbiddenNames> Forbidden = new(
        "forbidden-names", "LIST", "Subdomains that nobody gets, beside www, api and the like; separated by commas, a star stands for any characters; 20 at most.", OptionValues.ReadForbiddenNames)
    {
        Property = nameof(EdgeSettings.ForbiddenNames),
    };

    public static readonly EdgeOption<int> ApiRate = new(
        "api-rate", "N", "Requests a minute that the API takes from one account, 0 to 10000000; 0 for no limit. One more gets 429.", OptionValues.ReadNumber)
    {
        Default = "1200",
        Property = nameof(EdgeSettings.ApiRate),
    };

    public static readonly EdgeOption<int> MaxTeamsPerAccount = new(
        "max-teams-per-account", "N", "Teams that an account makes which is no administrator's, 0 to 1000; 0 leaves teams to administrators.", OptionValues.ReadNumber)
    {
        Default = "10",
        Property = nameof(EdgeSettings.MaxTeamsPerAccount),
    };

    public static readonly EdgeOption<MetricsAccess> Metrics = new(
        "metrics", "WHO", "Who may read /metrics on the HTTP port: loopback (this machine, not through a proxy), public or off.", OptionValues.ReadMetricsAccess)
    {
        Default = "loopback",
        Property = nameof(EdgeSettings.Metrics),
    };

    public static readonly EdgeOption<TimeSpan> EventRetention = new(
        "event-retention", "TIME", "How long events are kept, 1d to 7300d; older ones are removed from the beginning of the log.", OptionValues.ReadDuration)
    {
        Default = "400d",
        Property = nameof(EdgeSettings.EventRetention),
    };

    /// <summary>All of them, in the order of the help.</summary>
    public static IReadOnlyList<EdgeOption> All { get; } =
        [
            Data, Config, Database, Domain, Listen, HttpPort, TlsPort, TcpPorts, UdpPorts, Certificate, Key, Owner, Drain, HandoverDrain, HalfClosedTimeout, MaxCarriers, ResumeGrace, ResumeBuffer, UdpIdle, UdpVisitors, UdpVisitorsPerAddress, UdpQueue, UdpAmplification, Forbidden, ApiRate, MaxTeamsPerAccount,
            ProxyProtocolFrom, TrustedProxies, DnsServer,
            .. LimitOptions.All, .. QuotaOptions.All, .. MailSettings.All, EventRetention, Metrics, Level,
        ];
}
