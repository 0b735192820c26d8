using System.Net;
using Microsoft.Extensions.Logging;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Certificates;
using Mport.Server.Data;
using Mport.Server.Edge.Sessions;
using Mport.Server.Hosting;
using Mport.Server.Limits;
using Mport.Server.Tests.Edge.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Kit;

/// <summary>A whole edge in the test's process: its own data folder, real sockets on loopback, real TLS.</summary>
internal sealed class RunningTestEdge : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly PostgresUrl? _postgres;
    private RunningEdge _edge;
    private int _stopped;

    private RunningTestEdge(TempFolder folder, PostgresUrl? postgres, OpenedEdge data, RunningEdge edge, RecordingLogs logs, Secret token, UserId owner)
    {
        _folder = folder;
        _postgres = postgres;
        Data = data;
        _edge = edge;
        Logs = logs;
        Token = token;
        Owner = owner;
    }

    /// <summary>What the edge logged.</summary>
    public RecordingLogs Logs { get; }

    /// <summary>The owner's token.</summary>
    public Secret Token { get; }

    /// <summary>The owner's account.</summary>
    public UserId Owner { get; }

    public EdgeCertificates Certificates => _edge.Certificates;

    public IPEndPoint Tls => new(IPAddress.Loopback, _edge.TlsPort);

    public IPEndPoint Http => new(IPAddress.Loopback, _edge.HttpPort);

    public OpenedEdge Data { get; private set; }

    /// <summary>The SQLite file.</summary>
    public string DatabasePath => DatabaseUrl.InFolder(_folder.Path).Path;

    public CertificatePin Pin => Data.Certificate.Pin;

    public static async Task<RunningTestEdge> StartAsync(
        SessionLimits? limits = null,
        TimeSpan? drain = null,
        Func<EdgeSettings, EdgeSettings>? change = null,
        EdgeLimits? edgeLimits = null,
        TimeProvider? time = null,
        StoreProvider provider = StoreProvider.Sqlite)
    {
        var postgres = provider == StoreProvider.Postgres ? await (await PostgresFixture.GetAsync()).CreateMigratedAsync() : null;
        var folder = new TempFolder();
        var settings = new EdgeSettings
        {
            DataFolder = folder.Path,
            Database = postgres is null ? DatabaseUrl.InFolder(folder.Path) : postgres,
            Domain = "localhost",
            Listen = IPAddress.Loopback,
            HttpPort = 0,
            TlsPort = 0,
            TcpPorts = FreePorts(),
            Limits = edgeLimits ?? new EdgeLimits(),
            UdpPorts = FreePorts(),
            Drain = drain ?? TimeSpan.FromSeconds(1),
        };
        settings = change?.Invoke(settings) ?? settings;
        var logs = new RecordingLogs();
        var cancel = TestContext.Current.CancellationToken;
        var data = await OpenedEdge.OpenAsync(settings, taker: null, logs, time ?? TimeProvider.System, cancel).Limited("the edge's data to open");
        var edge = await RunningEdge.StartAsync(data, limits, logs, time ?? TimeProvider.System, cancel).Limited("the edge to listen");
        var owner = await data.Users.FindEnabledOwnerAsync(cancel).Limited("the owner");
        Assert.NotNull(owner);
        Assert.True(TokenName.TryParse("test", out var name));
        var issued = await data.Tokens.CreateAsync(new NewToken { UserId = owner.Id, Name = name }, cancel).Limited("a token");
        return new RunningTestEdge(folder, postgres, data, edge, logs, issued.Token, owner.Id);
    }

    /// <summary>A token of another account.</summary>
    public async Task<Secret> AddAccountAsync(string email, TokenScopes scopes = TokenScopes.Default, bool isAuditor = false)
    {
        var cancel = TestContext.Current.CancellationToken;
        Assert.True(EmailAddress.TryParse(email, out var address));
        Assert.True(TokenName.TryParse("test", out var name));
        var user = await Data.Users.AddAsync(new NewUser { Email = address, IsAuditor = isAuditor }, cancel).Limited("an account");
        Assert.NotNull(user);
        return (await Data.Tokens.CreateAsync(new NewToken { UserId = user.Id, Name = name, Scopes = scopes }, cancel).Limited("a token")).Token;
    }

    /// <summary>Stops the edge and starts it again on the same data; its ports are others.</summary>
    public async Task StartAgainAsync()
    {
        await StopAsync();
        var settings = Data.Settings;
        Data.Dispose();
        var cancel = TestContext.Current.CancellationToken;
        Data = await OpenedEdge.OpenAsync(settings, taker: null, Logs, TimeProvider.System, cancel).Limited("the edge's data to open");
        _edge = await RunningEdge.StartAsync(Data, limits: null, Logs, TimeProvider.System, cancel).Limited("the edge to listen");
        _stopped = 0;
    }

    /// <summary>Stops the edge as a signal would.</summary>
    public Task StopAsync() => Interlocked.Exchange(ref _stopped, 1) == 0 ? _edge.DisposeAsync().Limited("the edge to stop") : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Data.Dispose();
        Logs.Dispose();
        if (_postgres is not null)
        {
            await (await PostgresFixture.GetAsync()).DropAsync(_postgres);
        }

        _folder.Dispose();
    }

    // Twenty numbers from one that the system has just given: a port of them that somebody takes meanwhile is passed over by the edge.
    private static PortRange FreePorts()
    {
        using var reserved = new ReservedPort();
        var first = Math.Min(reserved.Port, 65_000);
        return new PortRange(first, first + 19);
    }
}
