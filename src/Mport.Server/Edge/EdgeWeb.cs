using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Mport.Server.Api;
using Mport.Server.Edge.Http;
using Mport.Server.Edge.Listeners;
using Mport.Server.Hosting.Handover;
using Mport.Server.Limits;
using Mport.Server.Tunnels;

namespace Mport.Server.Edge;

/// <summary>The edge's HTTP port and TLS port: listeners, Kestrel, and what it serves.</summary>
internal sealed class EdgeWeb : IListening, IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private readonly SocketConnectionContextFactory _contexts;
    private readonly TunnelPools _pools;
    private readonly PortListener _tls;
    private readonly PortListener _http;
    private readonly LastAnswers _lastAnswers;

    private EdgeWeb(WebApplication app, TimeProvider time, SocketConnectionContextFactory contexts, TunnelPools pools, PortListener tls, PortListener http)
    {
        _app = app;
        _time = time;
        _contexts = contexts;
        _pools = pools;
        _tls = tls;
        _http = http;
        _lastAnswers = app.Services.GetRequiredService<LastAnswers>();
    }

    /// <summary>The port that plain HTTP is served on.</summary>
    public int HttpPort => ((IPEndPoint)_http.EndPoint).Port;

    /// <summary>The port that carriers and HTTPS are served on.</summary>
    public int TlsPort => ((IPEndPoint)_tls.EndPoint).Port;

    /// <inheritdoc />
    public int Visitors => _tls.Connections + _http.Connections;

    /// <summary>Binds both ports and serves; at once, or from <see cref="Resume"/> on where another edge has the ports yet.</summary>
    /// <exception cref="Data.EdgeStartException">A port cannot be had.</exception>
    public static async Task<EdgeWeb> StartAsync(EdgeWebOptions options, EdgeWebParts parts, CancellationToken cancellationToken)
    {
        var (tlsSocket, httpSocket) = OpenBoth(options);
        var contexts = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), parts.Loggers.CreateLogger<SocketConnectionContextFactory>());
        var room = new WaitingRoom(options.MaxWaiting, options.MaxWaitingPerAddress);
        var connections = new AddressPlaces(options.MaxHttpConnections, options.MaxHttpConnectionsPerAddress);
        var metrics = new ListenersMetrics(parts.Meters);
        metrics.Watch(room, connections);
        var logger = parts.Loggers.CreateLogger<PortListener>();
        var tls = new PortListener(tlsSocket, new TlsPortSorter(parts.Passthrough, parts.Certificates.Alpn, parts.Time), room, LimitsOfPort(), parts.Carriers, parts.Passthrough, parts.Certificates.Alpn, parts.ProxyHeaders, contexts, metrics, logger, parts.Time);
        var httpSorter = new HttpPortSorter(((IPEndPoint)tls.EndPoint).Port);
        var http = new PortListener(httpSocket, httpSorter, room, LimitsOfPort(), parts.Carriers, parts.Passthrough, parts.Certificates.Alpn, parts.ProxyHeaders, contexts, metrics, logger, parts.Time);
        if (options.IsSuccessor)
        {
            tls.StartLater();
            http.StartLater();
        }

        var pools = new TunnelPools(options.MaxRequestsPerTunnel, parts.Visitors);
        var web = new EdgeWeb(BuildApp(options, parts, pools, tls, http), parts.Time, contexts, pools, tls, http);
        try
        {
            await web._app.StartAsync(cancellationToken);
            return web;
        }
        catch
        {
            await web.DisposeAsync();
            throw;
        }

        PortLimits LimitsOfPort() => new(new AcceptRate(options.AcceptRate, parts.Time), parts.Visitors.Rates, connections) { Proxies = options.TrustedProxies };
    }

    /// <summary>Stops accepting, lets requests finish for so long, then ends them. Carriers go on until <see cref="DisposeAsync"/>.</summary>
    public async Task StopAsync(TimeSpan drain)
    {
        using var limit = new CancellationTokenSource(drain, _time);
        await _app.StopAsync(limit.Token);
    }

    /// <inheritdoc />
    public IReadOnlyList<SharedSocket> Share() => [new(SocketRole.Tls, _tls.Listening), new(SocketRole.Http, _http.Listening)];

    /// <inheritdoc />
    public Task HoldAsync() => Task.WhenAll(_tls.HoldAsync(), _http.HoldAsync());

    /// <inheritdoc />
    public void Resume()
    {
        _tls.Resume();
        _http.Resume();
    }

    /// <inheritdoc />
    public Task LetGoAsync()
    {
        _lastAnswers.Begin();
        return Task.WhenAll(_tls.LetGoAsync(), _http.LetGoAsync());
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _tls.CloseAsync();
        await _http.CloseAsync();
        _pools.Dispose();
        _contexts.Dispose();
    }

    private static (Socket Tls, Socket Http) OpenBoth(EdgeWebOptions options)
    {
        var tls = options.Inherited.Take(SocketRole.Tls, options.TlsEndPoint) ?? ListeningSocket.Open(options.TlsEndPoint);
        try
        {
            return (tls, options.Inherited.Take(SocketRole.Http, options.HttpEndPoint) ?? ListeningSocket.Open(options.HttpEndPoint));
        }
        catch
        {
            tls.Dispose();
            throw;
        }
    }

    private static WebApplication BuildApp(EdgeWebOptions options, EdgeWebParts parts, TunnelPools pools, PortListener tls, PortListener http)
    {
        // A bare LF as a line's end is read differently by different servers; Kestrel refuses it only when told so before it starts.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "mportd", EnvironmentName = Environments.Production });
        builder.Configuration.Sources.Clear();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            SetLimits(kestrel, options);
            kestrel.Listen(new PortEndPoint(tls), listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(EdgeTls.ForKestrel(options.Certificate, parts.Certificates.Find));
            });
            kestrel.Listen(new PortEndPoint(http), listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton<ILoggerFactory>(new FrameworkLoggerFactory(parts.Loggers));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton<IConnectionListenerFactory, PortListenerFactory>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.Services.AddRoutingCore();
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton(parts.Time);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(pools);
        builder.Services.AddSingleton(parts.Certificates.Http);
        builder.Services.AddSingleton(parts.Visitors);
        builder.Services.AddSingleton(new HttpMetrics(parts.Meters));
        builder.Services.AddSingleton(new HostRouter(options.Domain, parts.Hosts));
        builder.Services.AddSingleton(new TrustedProxies(options.TrustedProxies));
        builder.Services.AddSingleton(parts.PolicySecrets);
        builder.Services.AddSingleton(provider => new VisitorPolicy(parts.PolicySecrets, provider.GetRequiredService<HttpMetrics>(), ((IPEndPoint)tls.EndPoint).Port));
        builder.Services.AddSingleton<TunnelForwarder>();
        builder.Services.AddSingleton<LastAnswers>();
        builder.Services.AddSingleton<VisitorRequests>();
        builder.Services.AddSingleton<OwnRequests>();
        if (parts.Api is { } api)
        {
            builder.Services.AddApi(api, parts.Meters);
        }

        var app = builder.Build();
        var requests = app.Services.GetRequiredService<VisitorRequests>();
        app.Use((HttpContext context, RequestDelegate own) => requests.HandleAsync(context, own));
        app.UseRouting();
        var own = app.Services.GetRequiredService<OwnRequests>();
        app.Use((HttpContext context, RequestDelegate endpoint) => own.HandleAsync(context, endpoint));
        app.MapOwnEndpoints(parts.Readiness, parts.Metrics);
        foreach (var feature in parts.OwnRoutes)
        {
            feature.Map(app);
        }

        if (parts.Api is not null)
        {
            app.MapApi();
        }

        ApiStart.RequireNeeds(((IEndpointRouteBuilder)app).DataSources);
        return app;
    }

    private static void SetLimits(KestrelServerOptions kestrel, EdgeWebOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        var limits = kestrel.Limits;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        limits.MaxRequestHeaderCount = 100;
        // The listener counts them first, all together and by address; this is for what it might miss.
        limits.MaxConcurrentConnections = options.MaxHttpConnections;
        limits.MaxConcurrentUpgradedConnections = options.MaxHttpConnections;
        limits.MaxRequestLineSize = 16 * 1024;
        // Kestrel's own are 1 MiB and 64 KiB: an upload that the target does not take would hold the first.
        limits.MaxRequestBufferSize = 256 * 1024;
        limits.MaxResponseBufferSize = 64 * 1024;
        // A hundred streams are what browsers ask for. Kestrel itself cuts resets, settings and pings that come in floods (SEC-119).
        limits.Http2.MaxStreamsPerConnection = 100;
        limits.Http2.MaxRequestHeaderFieldSize = 16 * 1024;
        limits.Http2.InitialConnectionWindowSize = 1024 * 1024;
        limits.Http2.InitialStreamWindowSize = 768 * 1024;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        // The target decides how much it takes.
        limits.MaxRequestBodySize = null;
        // A body may stand still while its request streams both ways; AnswerDeadline watches it until the answer begins.
        limits.MinRequestBodyDataRate = null;
        // For a write that makes no headway at all: a visitor who pauses a download is no attacker, one who never reads again is gone.
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: options.StallTimeout);
    }

    /// <summary>Signals and console belong to the program, not to this part of it.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
