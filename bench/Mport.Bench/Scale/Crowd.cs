using System.Collections.Concurrent;
using System.Globalization;
using Mport.Client;
using Mport.Protocol.Identity;

namespace Mport.Bench.Scale;

/// <summary>
/// Many clients in one process: each is the engine of <c>mport</c> with a session, carriers and tunnels of its own, an http and a tcp one. Obeys lines
/// on standard input: <c>ready</c> answers once every tunnel is open, <c>again</c> once each has been opened since the last answer; <c>ports</c>,
/// <c>settle</c>.
/// </summary>
internal sealed class Crowd : IClientObserver
{
    // All at once would measure this process's own start; the restart of the edge is what comes at once.
    private const int StartedTogether = 50;

    private readonly ConcurrentDictionary<string, int> _opened = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _ports = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string _lastFailure = "";

    /// <summary>Runs until standard input ends.</summary>
    public static async Task<int> RunAsync(int edgePort, int clients, int targetPort)
    {
        var crowd = new Crowd();
        using var stop = new CancellationTokenSource();
        var running = new List<Task>();
        Secret[] tokens = [.. (Environment.GetEnvironmentVariable("MPORT_TOKEN") ?? "").Split(',').Select(text => new Secret(text))];
        if (!CertificatePin.TryParse(Environment.GetEnvironmentVariable("MPORT_PIN"), out var pin))
        {
            throw new Processes.BenchException("MPORT_PIN holds no pin");
        }

        for (var i = 0; i < clients; i++)
        {
            running.Add(new TunnelClient(Options(edgePort, i, targetPort, tokens[i % tokens.Length], pin), crowd, TimeProvider.System).RunAsync(stop.Token));
            if (i % StartedTogether == StartedTogether - 1)
            {
                await crowd.WhenAsync(() => crowd._opened.Count >= (i + 1) * 2, TimeSpan.FromSeconds(60));
            }
        }

        await crowd.ObeyAsync(clients * 2);
        await stop.CancelAsync();
        await Task.WhenAny(Task.WhenAll(running), Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System));
        return 0;
    }

    /// <inheritdoc />
    public void On(ClientEvent happened)
    {
        switch (happened)
        {
            case TunnelReady ready:
                if (ready.Tunnel.Kind == TunnelKind.Tcp)
                {
                    _ports[ready.Tunnel.Name] = new Uri(ready.Url).Port;
                }

                _opened.AddOrUpdate(ready.Tunnel.Name, 1, (_, times) => times + 1);
                lock (_gate)
                {
                    _changed.TrySetResult();
                    _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                break;
            case TunnelNotOpened refused:
                _lastFailure = $"{refused.Failure.Code} {refused.Failure.Text}";
                break;
            case SessionLost lost:
                _lastFailure = $"{lost.Failure.Code} {lost.Failure.Text}";
                break;
            default:
                break;
        }
    }

    private static ClientOptions Options(int edgePort, int number, int targetPort, Secret token, CertificatePin pin) => new()
    {
        Edge = new EdgeAddress("127.0.0.1", edgePort),
        Token = token,
        Pin = pin,
        ClientId = $"crowd-{number}",
        Tunnels =
        [
            new TunnelSpec { Name = $"web-{number}", Kind = TunnelKind.Http, Target = new TargetAddress("127.0.0.1", targetPort), Subdomain = $"crowd-{number}" },
            new TunnelSpec { Name = $"tcp-{number}", Kind = TunnelKind.Tcp, Target = new TargetAddress("127.0.0.1", targetPort) },
        ],
    };

    private async Task ObeyAsync(int tunnels)
    {
        var times = 0;
        while (await Console.In.ReadLineAsync() is { } order)
        {
            switch (order)
            {
                case "ready" or "again":
                    times++;
                    var done = await WhenAsync(() => _opened.Count == tunnels && _opened.Values.All(count => count >= times), TimeSpan.FromSeconds(180));
                    Console.WriteLine(done ? "ready" : $"only {_opened.Values.Count(count => count >= times)} of {tunnels} tunnels: {_lastFailure}");
                    break;
                case "ports":
                    Console.WriteLine(string.Join(',', _ports.Values.Select(port => port.ToString(CultureInfo.InvariantCulture))));
                    break;
                case "settle":
                    GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                    Console.WriteLine("settled");
                    break;
                default:
                    Console.WriteLine("?");
                    break;
            }
        }
    }

    private async Task<bool> WhenAsync(Func<bool> condition, TimeSpan limit)
    {
        var late = Task.Delay(limit, TimeProvider.System);
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            if (condition())
            {
                return true;
            }

            if (await Task.WhenAny(changed, late) == late)
            {
                return condition();
            }
        }
    }
}
