using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Testing;

namespace Mport.Client.Tests;

/// <summary>An engine that runs against a fake edge, and is stopped at the end of the test.</summary>
internal sealed class RunningClient : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<ClientEnd> _run;
    private readonly TimeProvider _time;

    private RunningClient(ClientOptions options, Surroundings surroundings, TimeProvider time)
    {
        _time = time;
        Client = new TunnelClient(options, Events, time, surroundings);
        _run = Client.RunAsync(_stop.Token);
    }

    public EventLog Events { get; } = new();

    public TunnelClient Client { get; }

    /// <summary>Retries without waiting: the jitter is zero.</summary>
    public static Surroundings Eager { get; } = new() { Random = () => 0 };

    public static TunnelSpec Tcp(int targetPort, string? name = null) => new()
    {
        Name = name ?? $"tcp-{targetPort}",
        Kind = TunnelKind.Tcp,
        Target = new TargetAddress("127.0.0.1", targetPort),
    };

    public static ClientOptions Options(int edgePort, CertificatePin? pin, params TunnelSpec[] tunnels) => new()
    {
        Edge = new EdgeAddress("127.0.0.1", edgePort),
        Pin = pin,
        Token = new Secret("mpt_for_a_test"),
        ClientId = "test-client",
        Drain = TimeSpan.Zero,
        Tunnels = tunnels.Length > 0 ? tunnels : [Tcp(9)],
    };

    public static RunningClient Start(FakeEdge edge, params TunnelSpec[] tunnels) => Start(Options(edge.Port, edge.Pin, tunnels));

    public static RunningClient Start(ClientOptions options, Surroundings? surroundings = null, TimeProvider? time = null) =>
        new(options, surroundings ?? Eager, time ?? TimeProvider.System);

    /// <summary>Asks for a stop without waiting for it.</summary>
    public Task StopAsync() => _stop.CancelAsync();

    /// <summary>How the run ended.</summary>
    public Task<ClientEnd> EndAsync() => _run.Limited("the engine's run to end");

    /// <summary>The failure with which the run ended.</summary>
    public async Task<Failure> FailureAsync() => (await EndAsync()).Failure ?? throw new InvalidOperationException("The run ended with a clean stop.");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        (_time as ManualTimeProvider)?.RunFreely();
        await EndAsync();
        _stop.Dispose();
        Assert.DoesNotContain(Events.All, one => one is UnexpectedError);
    }
}
