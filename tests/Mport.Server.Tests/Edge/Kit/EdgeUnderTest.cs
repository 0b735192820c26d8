using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Mport.Protocol.Carriers;
using Mport.Server.Edge;
using Mport.Server.Edge.Proxies;
using Mport.Server.Limits;
using Mport.Server.Metrics;
using Mport.Server.Policy;
using Mport.Server.Tunnels;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Kit;

/// <summary>The edge's two ports on loopback, with everything behind them under the test's control. The domain is <c>edge.test</c>.</summary>
internal sealed class EdgeUnderTest : IAsyncDisposable
{
    private readonly EdgeWeb _web;
    private readonly X509Certificate2 _certificate;
    private readonly EdgeMeters _meters;
    private readonly MetricsCollector _collector;
    private readonly List<IAsyncDisposable> _owned = [];
    private bool _stopped;

    private EdgeUnderTest(EdgeWeb web, X509Certificate2 certificate, HostTable hosts, RecordingCarriers carriers, SwitchedReadiness readiness, RecordingLogs logs, EdgeMeters meters, MetricsCollector collector)
    {
        _meters = meters;
        _collector = collector;
        _web = web;
        _certificate = certificate;
        Hosts = hosts;
        Carriers = carriers;
        Readiness = readiness;
        Logs = logs;
    }

    public HostTable Hosts { get; }

    public RecordingCarriers Carriers { get; }

    public SwitchedReadiness Readiness { get; }

    public RecordingLogs Logs { get; }

    /// <summary>What the secrets of policies are compared with, in every edge of the tests.</summary>
    public static PolicySecrets Secrets { get; } = new(TimeProvider.System);

    public int HttpPort => _web.HttpPort;

    public int TlsPort => _web.TlsPort;

    public static async Task<EdgeUnderTest> StartAsync(
        Func<EdgeWebOptions, EdgeWebOptions>? change = null,
        TimeProvider? time = null,
        string? proxyHeadersFrom = null,
        MetricsAccess metrics = MetricsAccess.Loopback,
        EdgeLimits? limits = null,
        MemoryBudget? memory = null)
    {
        var certificate = TestCertificates.SelfSigned();
        var options = new EdgeWebOptions
        {
            Domain = "edge.test",
            HttpEndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            TlsEndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            Certificate = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
        };
        var hosts = new HostTable(options.Domain);
        var carriers = new RecordingCarriers();
        var readiness = new SwitchedReadiness();
        var logs = new RecordingLogs();
        var clock = time ?? TimeProvider.System;
        var networks = proxyHeadersFrom is null ? IpNetworks.None : Networks.Of(proxyHeadersFrom);
        var meters = new EdgeMeters();
        var collector = new MetricsCollector(meters);
        var parts = new EdgeWebParts
        {
            Hosts = hosts,
            Carriers = carriers,
            Passthrough = new NoPassthrough(),
            Certificates = NoCertificates.Create(meters, logs, clock),
            ProxyHeaders = new ProxyHeaderGate(networks, new ProxiesMetrics(meters), clock, logs.CreateLogger<ProxyHeaderGate>()),
            Readiness = readiness,
            Visitors = new VisitorGate((limits ?? new EdgeLimits()).For(openFiles: 10_000, memory: 1L << 30), memory ?? new MemoryBudget(1L << 30), time ?? TimeProvider.System),
            PolicySecrets = Secrets,
            Metrics = new MetricsPage(collector, metrics),
            Meters = meters,
            Loggers = logs,
            Time = clock,
        };
        var web = await EdgeWeb.StartAsync(change is null ? options : change(options), parts, CancellationToken.None).Limited("the edge to start");
        return new EdgeUnderTest(web, certificate, hosts, carriers, readiness, logs, meters, collector);
    }

    /// <summary>Adds a tunnel <c>label.edge.test</c> to a port of 127.0.0.1.</summary>
    public async Task<LoopbackTunnel> AddTunnelAsync(string label, int targetPort)
    {
        var tunnel = await LoopbackTunnel.StartAsync(targetPort);
        _owned.Add(tunnel);
        Hosts.SetOnline(label, tunnel);
        return tunnel;
    }

    /// <summary>Something that lives as long as the edge, such as a target.</summary>
    public T Own<T>(T target)
        where T : IAsyncDisposable
    {
        _owned.Add(target);
        return target;
    }

    /// <summary>A client for a tunnel's host, over HTTP or over TLS.</summary>
    public HttpClient CreateClient(string label, bool tls = false, Version? version = null)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var visitor = await RawVisitor.ConnectAsync(tls ? TlsPort : HttpPort);
                return visitor.Stream;
            },
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == _certificate.Thumbprint },
        };
        return new HttpClient(handler)
        {
            BaseAddress = new Uri($"{(tls ? "https" : "http")}://{label}.edge.test"),
            DefaultRequestVersion = version ?? HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Within.Limit,
        };
    }

    /// <summary>A connection to the HTTP port.</summary>
    public Task<RawVisitor> ConnectAsync() => RawVisitor.ConnectAsync(HttpPort);

    /// <summary>Another process has the ports: what is in goes on.</summary>
    public Task LetGoAsync() => _web.LetGoAsync();

    public Task StopAsync(TimeSpan drain)
    {
        _stopped = true;
        return _web.StopAsync(drain);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            await StopAsync(TimeSpan.Zero).Limited("the edge to stop");
        }

        await _web.DisposeAsync().Limited("the edge to stop");
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            await owned.DisposeAsync().Limited("what the test started to stop");
        }

        _collector.Dispose();
        _meters.Dispose();
    }
}
