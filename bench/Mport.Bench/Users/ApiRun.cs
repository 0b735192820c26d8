using System.Diagnostics;
using System.Globalization;
using Mport.Bench.Processes;
using Mport.Bench.Scale;
using Mport.Client;
using Mport.Protocol.Identity;

namespace Mport.Bench.Users;

/// <summary>
/// How fast the API answers, and a tunnel opens, on an edge with 10,000 stored tunnels: <c>GET /tunnels</c> of an account with 1,000 of them and a request that
/// needs no more than the check of its token, both while 1,000 requests a second go through a tunnel.
/// </summary>
internal sealed class ApiRun(string folder, bool isQuick)
{
    private const int PerSecond = 1000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly int _accounts = isQuick ? 2 : 10;
    private readonly int _tunnels = isQuick ? 100 : 1000;
    private readonly int _samples = isQuick ? 200 : 2000;
    private readonly int _openings = isQuick ? 10 : 100;
    private readonly GoalTable _table = new();

    /// <summary>Measures and prints the table; 0 when every goal is reached.</summary>
    public async Task<int> RunAsync()
    {
        await using var edge = new EdgeUnderLoad(folder, ["--api-rate", "0", "--tcp-ports", "20000-20199"], []);
        await edge.StartAsync();
        var tokens = new List<string>();
        for (var account = 0; account < _accounts; account++)
        {
            tokens.Add(await edge.AddAccountAsync($"bench-{account}@localhost"));
            Note($"account {account + 1} of {_accounts} makes {_tunnels} tunnels");
            await FillAsync(edge, tokens[account], account);
        }

        var ports = FreePorts.Find(3, 10000, 19999);
        await using var target = Child.StartSelf(["soak-target", Text(ports[0]), Text(ports[1]), Text(ports[2])]);
        await target.LineAsync(line => line == "serving", Limit);
        await using var crowd = Child.StartSelf(["crowd", Text(edge.TlsPort), "1", Text(ports[0])], ("MPORT_TOKEN", edge.Token), ("MPORT_PIN", edge.Pin));
        if (await crowd.AskAsync("ready", Limit) is var said && said != "ready")
        {
            throw new BenchException(said);
        }

        await MeasureApiAsync(edge, tokens[0]);
        await MeasureOpeningAsync(edge, await edge.AddAccountAsync("opening@localhost"), ports[1]);
        Console.WriteLine(_table.ToMarkdown());
        return _table.AllReached ? 0 : 1;
    }

    private async Task FillAsync(EdgeUnderLoad edge, string token, int account)
    {
        using var api = new EdgeHttp(edge, token);
        for (var number = 0; number < _tunnels; number++)
        {
            await api.AddTunnelAsync($"stored-{account}-{number}");
        }
    }

    private async Task MeasureApiAsync(EdgeUnderLoad edge, string token)
    {
        using var stop = new CancellationTokenSource();
        var traffic = new TunnelTraffic(edge, "crowd-0.localhost", PerSecond);
        var running = traffic.RunAsync(stop.Token);
        using var api = new EdgeHttp(edge, token);

        // What an edge that runs for a while has behind it.
        await SampleAsync(api, "tunnels", _samples / 10);
        await SampleAsync(api, "me", _samples / 10);
        var clock = Stopwatch.StartNew();
        var before = traffic.Answered;
        Note("GET /tunnels and GET /me beside the tunnel's traffic");
        var lists = await SampleAsync(api, "tunnels", _samples);
        var checks = await SampleAsync(api, "me", _samples);
        var rate = (traffic.Answered - before) / clock.Elapsed.TotalSeconds;
        await stop.CancelAsync();
        await running;
        _table.Add($"stored tunnels on the edge", _accounts * _tunnels, "");
        _table.Add("requests through the tunnel meanwhile", rate, "a second");
        _table.Add("of them failed", traffic.Failed, "", 0);
        AddTimes($"GET /tunnels of an account with {_tunnels}", lists, 20);
        AddTimes("GET /me: the check of a token", checks, 20);
    }

    private async Task MeasureOpeningAsync(EdgeUnderLoad edge, string token, int target)
    {
        Note($"{_openings} tunnels are opened, each by a client of its own");
        if (!CertificatePin.TryParse(edge.Pin, out var pin))
        {
            throw new BenchException("the edge's pin cannot be read");
        }

        // The first one is the client's own start, which this process has once.
        var times = new List<double>();
        for (var number = 0; number <= _openings; number++)
        {
            times.Add(await OpenAsync(new ClientOptions
            {
                Edge = new EdgeAddress("127.0.0.1", edge.TlsPort),
                Token = new Secret(token),
                Pin = pin,
                ClientId = $"opening-{number}",
                Drain = TimeSpan.Zero,
                Tunnels = [new TunnelSpec { Name = $"new-{number}", Kind = TunnelKind.Tcp, Target = new TargetAddress("127.0.0.1", target) }],
            }));
        }

        AddTimes("a tunnel that is new: from the dial to the public address", [.. times.Skip(1).Order()], 100);
    }

    private static async Task<double> OpenAsync(ClientOptions options)
    {
        using var stop = new CancellationTokenSource();
        var opened = new FirstReady();
        var clock = Stopwatch.StartNew();
        var running = new TunnelClient(options, opened, TimeProvider.System).RunAsync(stop.Token);
        await opened.Task.WaitAsync(Limit, TimeProvider.System);
        var took = clock.Elapsed.TotalMilliseconds;
        await stop.CancelAsync();
        await running;
        return took;
    }

    private static async Task<double[]> SampleAsync(EdgeHttp api, string path, int count)
    {
        var times = new double[count];
        for (var i = 0; i < count; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await api.GetAsync(path);
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        Array.Sort(times);
        return times;
    }

    private void AddTimes(string what, double[] sorted, double goal)
    {
        _table.Add($"{what}, median", sorted[sorted.Length / 2], "ms");
        _table.Add($"{what}, 99 %", sorted[(int)Math.Ceiling(sorted.Length * 0.99) - 1], "ms", goal);
    }

    private static void Note(string text) => Console.Error.WriteLine($"bench: {text}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Completes when the first tunnel is ready, or could not be opened.</summary>
    private sealed class FirstReady : IClientObserver
    {
        private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => _ready.Task;

        public void On(ClientEvent happened)
        {
            switch (happened)
            {
                case TunnelReady:
                    _ready.TrySetResult();
                    break;
                case TunnelNotOpened refused:
                    _ready.TrySetException(new BenchException($"{refused.Failure.Code} {refused.Failure.Text}"));
                    break;
                case SessionLost lost:
                    _ready.TrySetException(new BenchException($"{lost.Failure.Code} {lost.Failure.Text}"));
                    break;
                default:
                    break;
            }
        }
    }
}
