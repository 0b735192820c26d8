using System.Net;
using System.Net.Security;
using Mport.Server.Edge.Proxies;
using Mport.Server.Hosting.Handover;

namespace Mport.Server.Edge;

/// <summary>What the edge's HTTP and TLS ports need to know, and their limits.</summary>
internal sealed record EdgeWebOptions
{
    /// <summary>The edge's own domain, lower-case; tunnels are one label below it.</summary>
    public required string Domain { get; init; }

    /// <summary>Where plain HTTP is served. Port 0 lets the system choose; IPv6Any is all interfaces, IPv4 too.</summary>
    public required IPEndPoint HttpEndPoint { get; init; }

    /// <summary>Where carriers and HTTPS are served.</summary>
    public required IPEndPoint TlsEndPoint { get; init; }

    /// <summary>The certificate for HTTPS.</summary>
    public required SslStreamCertificateContext Certificate { get; init; }

    /// <summary>Sockets of the edge that this one takes over; what fits is used in place of a new one.</summary>
    public InheritedSockets Inherited { get; init; } = new([]);

    /// <summary>Whether another edge accepts until this one is told to.</summary>
    public bool IsSuccessor { get; init; }

    /// <summary>Whose word about the visitor is believed: X-Forwarded-For and its kin. Default none.</summary>
    public IpNetworks TrustedProxies { get; init; } = IpNetworks.None;

    /// <summary>HTTP connections at one time, both ports; one more is closed. Default 10,000.</summary>
    public int MaxHttpConnections { get; init; } = 10_000;

    /// <summary>The same for one IPv4 address or IPv6 /64. Default 5,000.</summary>
    public int MaxHttpConnectionsPerAddress { get; init; } = 5_000;

    /// <summary>Connections a second that each port takes; 0 for no limit. Default 20,000.</summary>
    public int AcceptRate { get; init; } = 20_000;

    /// <summary>Connections at one time that have not said what they are; at the limit the one that has waited longest is closed. Default 2,000.</summary>
    public int MaxWaiting { get; init; } = 2_000;

    /// <summary>The same for one IPv4 address or IPv6 /64. Default 500: a benchmark or a large NAT may open hundreds within one round trip.</summary>
    public int MaxWaitingPerAddress { get; init; } = 500;

    /// <summary>Requests of one tunnel at one time, WebSockets included; one more gets 503. Default 1,000, as many as one carrier has streams.</summary>
    public int MaxRequestsPerTunnel { get; init; } = 1_000;

    /// <summary>How long a visitor may leave an answer unread. Default 10 min.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a request may stand still before the target begins its answer. Default 100 s.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(100);
}
