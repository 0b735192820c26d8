using Mport.Cli.Running;
using Mport.Client;
using Mport.Protocol.Errors;
using Mport.Testing;

namespace Mport.Cli.Tests;

/// <summary>An engine that does what the test says. A stop ends it cleanly at once unless <see cref="HoldsOn"/>.</summary>
internal sealed class FakeEngine(ClientOptions options, IClientObserver observer) : IEngine
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopSeen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ClientEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ClientOptions Options { get; } = options;

    /// <summary>Whether it goes on after a stop, as with streams that do not finish.</summary>
    public bool HoldsOn { get; set; }

    public Task Started => _started.Task.Limited("the engine to be started");

    public Task StopSeen => _stopSeen.Task.Limited("the engine to be asked to stop");

    public ClientStatus Status { get; set; } = new()
    {
        State = ClientState.Connecting,
        Tunnels = [.. options.Tunnels.Select(tunnel => new TunnelStatus(tunnel, [], 0, 0, 0, 0))],
    };

    public async Task<ClientEnd> RunAsync(CancellationToken stop)
    {
        _started.TrySetResult();
        await using var registration = stop.Register(() =>
        {
            _stopSeen.TrySetResult();
            if (!HoldsOn)
            {
                _end.TrySetResult(new ClientEnd(null));
            }
        });
        return await _end.Task;
    }

    public void Emit(ClientEvent happened) => observer.On(happened);

    public void End(Failure? failure) => _end.TrySetResult(new ClientEnd(failure));

    public void Throw(Exception fault) => _end.TrySetException(fault);

    /// <summary>The tunnel of this number becomes ready.</summary>
    public void Ready(string url, int tunnel = 0)
    {
        Status = Status with
        {
            State = ClientState.Online,
            Tunnels = [.. Status.Tunnels.Select((status, i) => i == tunnel ? status with { Urls = [url] } : status)],
        };
        Emit(new TunnelReady(Options.Tunnels[tunnel], "tun_1", [url], TookOver: false));
    }
}
