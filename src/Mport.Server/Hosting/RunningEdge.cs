using System.Net;
using System.Net.Security;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Links;
using Mport.Server.Api;
using Mport.Server.Certificates;
using Mport.Server.Data;
using Mport.Server.Domains;
using Mport.Server.Edge;
using Mport.Server.Edge.Proxies;
using Mport.Server.Edge.Sessions;
using Mport.Server.Hosting.Handover;
using Mport.Server.Limits;
using Mport.Server.Metrics;
using Mport.Server.Policy;
using Mport.Server.Tunnels;
using Mport.Server.Tunnels.Groups;
using Mport.Server.Tunnels.Udp;

namespace Mport.Server.Hosting;

/// <summary>An edge that listens: puts the parts together, and takes them apart again in the order that loses nothing.</summary>
internal sealed class RunningEdge : IAsyncDisposable
{
    private readonly EdgeSettings _settings;
    private readonly EdgeWeb _web;
    private readonly PublicPorts _ports;
    private readonly UdpPorts _udpPorts;
    private readonly SessionRegistry _sessions;
    private readonly EdgeReadiness _readiness;
    private readonly EdgeMeters _meters;
    private readonly MetricsCollector _collector;
    private readonly EdgeHandover _handover;
    private readonly EdgeBooks _books;
    private readonly AccountWeb _accounts;
    private readonly EdgeCertificates _certificates;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _leave = new();
    private readonly Task _watching;
    private TimeSpan _drain;

    private RunningEdge(
        EdgeSettings settings, EdgeWeb web, PublicPorts ports, UdpPorts udpPorts, SessionRegistry sessions, EdgeReadiness readiness, EdgeMeters meters, MetricsCollector collector, EdgeHandover handover, EdgeBooks books, AccountWeb accounts, TokenWatch watch, TeamWatch teamWatch, TunnelSightings sightings, DomainWatch domainWatch, EdgeCertificates certificates, VisitorWatch visitorWatch, TimeProvider time)
    {
        _settings = settings;
        _drain = settings.Drain;
        _handover = handover;
        _books = books;
        _accounts = accounts;
        _certificates = certificates;
        _web = web;
        _ports = ports;
        _udpPorts = udpPorts;
        _sessions = sessions;
        _readiness = readiness;
        _meters = meters;
        _collector = collector;
        _time = time;

        // What writes to the database of its own accord ends as soon as another edge does so.
        _watching = Task.WhenAll(watch.RunAsync(_stop.Token), teamWatch.RunAsync(_stop.Token), sightings.RunAsync(_leave.Token), domainWatch.RunAsync(_leave.Token), certificates.RunAsync(_leave.Token), visitorWatch.RunAsync(_stop.Token), IdleMemory.OfProcess(time).RunAsync(_stop.Token), handover.AwaitReturnAsync(_leave.Token), accounts.Outbox?.RunAsync(_leave.Token) ?? Task.CompletedTask);
    }

    /// <summary>The edge as the next one sees it.</summary>
    public IGivenEdge Given => _handover;

    /// <summary>The addresses of the edge's own pages.</summary>
    public required AccountLinks Links { get; init; }

    /// <summary>The certificates of authorities.</summary>
    public EdgeCertificates Certificates => _certificates;

    /// <summary>The port that plain HTTP is served on.</summary>
    public int HttpPort => _web.HttpPort;

    /// <summary>The port that clients and HTTPS are served on.</summary>
    public int TlsPort => _web.TlsPort;

    /// <summary>Listens and serves; where it takes another edge's place, from <see cref="TakeOverAsync"/> on.</summary>
    /// <exception cref="Data.EdgeStartException">A port cannot be had.</exception>
    public static async Task<RunningEdge> StartAsync(
        OpenedEdge edge, SessionLimits? limits, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        var settings = edge.Settings;
        var edgeLimits = settings.Limits.For(OpenFiles.Limit, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        limits ??= SessionLimits.Of(edgeLimits) with
        {
            MaxCarriers = settings.MaxCarriers,
            ResumeGrace = settings.ResumeGrace,
            ResumeBytes = settings.ResumeBuffer,
        };
        var meters = new EdgeMeters();
        var collector = new MetricsCollector(meters);
        _ = new ProcessMetrics(meters, time);
        var books = new EdgeBooks(edge, meters, loggers, time);
        var tunnelsMetrics = new TunnelsMetrics(meters);
        var sessionsMetrics = new SessionsMetrics(meters);
        var inherited = edge.Inherited?.Sockets ?? new InheritedSockets([]);
        var hosts = new HostTable(settings.Domain);
        foreach (var tunnel in await edge.Tunnels.ListHostedAsync(cancellationToken))
        {
            hosts.AddKnown(tunnel);
        }

        var domains = new DomainParts(settings.Domain, edge.Domains, new DnsDomainResolver(settings.DnsServer), books.Events, time);
        domains.Proven.Set(await edge.Domains.ListProvenAsync(cancellationToken));
        var certificates = new EdgeCertificates(settings.Acme, settings.Domain, edge.Certificates, edge.Seal, domains.Proven, books.Events, meters, loggers, time);
        if (settings.Acme is not null && settings.Database is SqliteUrl)
        {
            await edge.Certificates.EndLeasesAsync(cancellationToken);
        }


        var certificate = SslStreamCertificateContext.Create(edge.Certificate.Certificate, edge.Certificate.Chain, offline: true);
        var memory = new MemoryBudget(edgeLimits.MemoryBudget);
        _ = new LimitsMetrics(meters, memory);
        var visitors = new VisitorGate(edgeLimits, memory, time);
        var visitorWatch = new VisitorWatch(edgeLimits, tunnelsMetrics, time);
        var relay = new VisitorRelay(settings.HalfClosedTimeout, visitors, visitorWatch, tunnelsMetrics, time, loggers.CreateLogger<VisitorRelay>());
        var proxyHeaders = new ProxyHeaderGate(settings.ProxyProtocolFrom, new ProxiesMetrics(meters), time, loggers.CreateLogger<ProxyHeaderGate>());
        var proven = new ProvenAddresses();
        var ports = new PublicPorts(settings.Listen, inherited, relay, visitors, proxyHeaders, proven, tunnelsMetrics, time, loggers.CreateLogger<PublicPorts>());
        var sessions = new SessionRegistry(sessionsMetrics, books.Events, time, loggers.CreateLogger<SessionRegistry>(), edge.Inherited?.Generation ?? 0);
        var readiness = new EdgeReadiness(edge.Tokens, time);
        var address = new PublicAddress(settings.Domain, trustedCertificate: !edge.Certificate.NeedsPin, host => certificates.Wanted?.Covers(host) == true);
        var registry = new TunnelRegistry();
        sessionsMetrics.Watch(sessions);
        tunnelsMetrics.Watch(registry, visitors);
        var udpPorts = new UdpPorts(settings.Listen, inherited, settings.Udp, proven, visitors, memory, meters, time, loggers.CreateLogger<UdpPorts>());
        var tunnelPorts = new TunnelPorts(ports, udpPorts) { TcpRange = settings.TcpPorts, UdpRange = settings.UdpPorts };
        var policySecrets = new PolicySecrets(time);
        var policies = new PolicyDesk(policySecrets, time);
        var tunnels = new TunnelOpener(
            edge.Tunnels,
            edge.Accounts.Teams,
            registry,
            hosts,
            tunnelPorts,
            address,
            domains.Desk,
            tunnelsMetrics,
            books.Usage,
            books.Quotas,
            books.Events,
            new GroupsMetrics(meters),
            policies,
            time,
            loggers.CreateLogger<TunnelOpener>())
        {
            Forbidden = settings.ForbiddenNames,
        };
        var attempts = new AttemptLimiter(time);
        var greeter = new SessionGreeter(
            settings.Domain,
            new SessionGate(edge.Tokens, attempts, sessions, limits, books.Events, time, loggers.CreateLogger<SessionGate>()),
            sessions,
            tunnels,
            new AccountMemory(edgeLimits.AccountMemory, memory),
            limits,
            sessionsMetrics,
            books.Events,
            time,
            loggers.CreateLogger<SessionGreeter>());
        var acceptor = new SessionAcceptor(certificate, greeter, limits, sessionsMetrics, time, loggers.CreateLogger<SessionAcceptor>());
        await books.StartAsync(visitorWatch, sessions, cancellationToken);
        var domainEnd = new DomainEnd(domains.Store, domains.Awaited, domains.Proven, tunnels, hosts, visitors.Connections);
        var links = new AccountLinks();
        var accounts = new AccountWeb(settings, edge.Accounts, edge.Users, edge.Tokens, edge.AccountKey, links, books.Events, meters, loggers, time);
        var web = await EdgeWeb.StartAsync(
            new EdgeWebOptions
            {
                Domain = settings.Domain,
                HttpEndPoint = new IPEndPoint(settings.Listen, settings.HttpPort),
                TlsEndPoint = new IPEndPoint(settings.Listen, settings.TlsPort),
                Certificate = certificate,
                MaxHttpConnections = edgeLimits.MaxHttpConnections,
                MaxHttpConnectionsPerAddress = edgeLimits.MaxHttpConnectionsPerAddress,
                MaxWaiting = edgeLimits.MaxWaiting,
                MaxWaitingPerAddress = edgeLimits.MaxWaitingPerAddress,
                MaxRequestsPerTunnel = edgeLimits.MaxRequestsPerTunnel,
                AcceptRate = edgeLimits.AcceptRate,
                StallTimeout = edgeLimits.StallTimeout,
                AnswerTimeout = edgeLimits.AnswerTimeout,
                Inherited = inherited,
                IsSuccessor = edge.Inherited is not null,
                TrustedProxies = settings.TrustedProxies,
            },
            new EdgeWebParts
            {
                Hosts = hosts,
                Carriers = acceptor,
                Certificates = certificates,
                Passthrough = new TlsPassthrough(hosts, relay, visitors, tunnelsMetrics, time),
                ProxyHeaders = proxyHeaders,
                Readiness = readiness,
                OwnRoutes = accounts.Routes,
                Visitors = visitors,
                PolicySecrets = policySecrets,
                Metrics = new MetricsPage(collector, settings.Metrics),
                Api = new ApiParts
                {
                    Options = new ApiOptions { Rate = settings.ApiRate },
                    Settings = settings,
                    Cursors = edge.Cursors,
                    Idempotency = edge.Idempotency,
                    Attempts = attempts,
                    Users = edge.Users,
                    Tokens = edge.Tokens,
                    OwnTokens = edge.OwnTokens,
                    OwnTunnels = edge.OwnTunnels,
                    AllUsers = edge.AllUsers,
                    Teams = edge.Accounts.Teams,
                    TeamMembers = edge.Accounts.TeamMembers,
                    Policies = policies,
                    Desk = new TunnelDesk(edge.Tunnels, edge.OwnTunnels, edge.Accounts.TeamMembers, tunnels, hosts, sessions, visitors.Connections),
                    Connections = visitors.Connections,
                    Reservations = edge.Reservations,
                    Domains = domains,
                    DomainEnd = domainEnd,
                    Removal = new AccountRemoval(edge.Removal, domains, tunnels, hosts, sessions, visitors.Connections),
                    Registry = registry,
                    Address = address,
                    Sessions = sessions,
                    Books = books,
                    Accounts = accounts,
                },
                Meters = meters,
                Loggers = loggers,
                Time = time,
            },
            cancellationToken);
        address.Bound(web.HttpPort, web.TlsPort);
        links.Bound(settings.Domain, web.HttpPort, web.TlsPort);
        var watch = new TokenWatch(edge.Tokens, sessions, limits, time, loggers.CreateLogger<TokenWatch>());
        var teamWatch = new TeamWatch(edge.Accounts.Teams, registry, tunnels, books.Events, limits, time, loggers.CreateLogger<TeamWatch>());
        var domainWatch = new DomainWatch(
            domains.Store, domains.Look, domains.Desk, domainEnd, domains.Awaited, domains.Proven, sessions, books.Events, time, loggers.CreateLogger<DomainWatch>());
        var sightings = new TunnelSightings(edge.Tunnels, registry, time, loggers.CreateLogger<TunnelSightings>());
        var handover = new EdgeHandover([web, ports, udpPorts], hosts, sessions, tunnels.Gate, readiness, edge.Inherited, time, loggers.CreateLogger<EdgeHandover>());
        return new RunningEdge(settings, web, ports, udpPorts, sessions, readiness, meters, collector, handover, books, accounts, watch, teamWatch, sightings, domainWatch, certificates, visitorWatch, time) { Links = links };
    }

    /// <summary>Takes the place of the edge that has handed its sockets over: it stops to accept, this one begins.</summary>
    /// <exception cref="Data.EdgeStartException">It broke off, and goes on itself.</exception>
    public Task TakeOverAsync(HandoverTaker taker, CancellationToken cancellationToken) => _handover.TakeOverAsync(taker, cancellationToken);

    /// <summary>Another edge has taken this one's place: sends the clients there, and lets the visitors who are in finish.</summary>
    /// <param name="stop">The stop signal: from then on only the ordinary drain time is left.</param>
    public async Task FinishAsync(CancellationToken stop)
    {
        await _leave.CancelAsync();
        _books.EndStreams();
        if (await _handover.FinishAsync(_settings.HandoverDrain, stop) is HandoverEnd.TimeOver)
        {
            _drain = TimeSpan.Zero;
        }
    }

    /// <summary>Stops accepting, asks the clients to go elsewhere, lets streams finish for the drain time, and ends what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        _readiness.Drain();
        _books.EndStreams();
        var requests = _web.StopAsync(_drain);
        var visitors = Task.WhenAll(_ports.StopAsync(), _udpPorts.StopAsync());
        _sessions.DrainAll(Failure.Of(ProtocolErrors.EdgeDraining, retry: true), linger: TimeSpan.Zero);
        await Task.WhenAll(requests, visitors).WaitAsync(_drain, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _sessions.EndAllAsync(Failure.Of(ProtocolErrors.EdgeDraining, retry: true));
        await _leave.CancelAsync();
        await _stop.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await visitors;
        await requests;
        await _web.DisposeAsync();
        await _books.DisposeAsync();
        _accounts.Dispose();
        _certificates.Dispose();
        _stop.Dispose();
        _leave.Dispose();
        _collector.Dispose();
        _meters.Dispose();
    }
}
