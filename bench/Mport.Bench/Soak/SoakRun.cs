using System.Globalization;
using Mport.Bench.Processes;

namespace Mport.Bench.Soak;

/// <summary>
/// Mixed traffic with faults for a long time. Before and after, the same: a fresh client, traffic without faults, then silence until what is
/// idle has gone, and a look. What the two looks differ by is what the faults left behind.
/// </summary>
internal sealed class SoakRun(SoakScene scene, TimeSpan time)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(30);

    // The pools of the HTTP tunnel keep idle connections for 60 s, UDP visitors stay as long.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(80);

    /// <summary>Runs and prints the tables; 0 when nothing was left behind, nothing corrupted, and every kind of traffic works at the end.</summary>
    public async Task<int> RunAsync()
    {
        await scene.StartAsync();
        Note($"warm-up with faults, {WarmUp.TotalMinutes:0} min");
        await UnderTrafficAsync(new Tally(), stop => new SoakFaults(scene).RunAsync(WarmUp, stop));
        var before = await LookAsync(new Tally());

        Note($"traffic with faults, {time.TotalMinutes.ToString("0.#", CultureInfo.InvariantCulture)} min");
        var tally = new Tally();
        var faults = new SoakFaults(scene);
        await UnderTrafficAsync(tally, stop => faults.RunAsync(time, stop));
        var last = new Tally();
        var after = await LookAsync(last);

        PrintTraffic(tally, faults);
        var comparison = SoakComparison.Of(before, after);
        Console.WriteLine(comparison.ToMarkdown());
        string[] complaints =
        [
            .. tally.Wrong, .. last.Wrong,
            .. last.Kinds.Where(kind => kind.Good == 0 || kind.Failed > 0).Select(kind => $"{kind.Kind}: {kind.Failed} failed and {kind.Good} went well while no fault was made"),
        ];
        foreach (var complaint in complaints)
        {
            Console.WriteLine($"- {complaint}");
        }

        return complaints.Length == 0 && comparison.IsSame ? 0 : 1;
    }

    private async Task<IReadOnlyDictionary<string, double>> LookAsync(Tally tally)
    {
        await scene.Client.KillAsync();
        await scene.StartClientAsync();
        Note($"steady traffic, {Steady.TotalSeconds:0} s, then silence, {Silence.TotalSeconds:0} s");
        await UnderTrafficAsync(tally, stop => Task.Delay(Steady, TimeProvider.System, stop));
        await Task.Delay(Silence, TimeProvider.System);
        var metrics = await scene.Edge.MetricsAsync();
        var look = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, id) in new[] { ("edge", scene.Edge.Process.Id), ("client", scene.Client.Id) })
        {
            var process = ProcessLook.Of(id);
            look[$"{name}: sockets"] = process.Sockets;
            look[$"{name}: open files"] = process.Files;
            look[$"{name}: threads"] = process.Threads;
            look[$"{name}: memory of its own (PSS), MiB"] = process.OwnKilobytes / 1024.0;
            look[$"{name}: {SoakComparison.Code}"] = process.CodeKilobytes / 1024.0;
        }

        foreach (var name in SoakComparison.Gauges.Where(metrics.ContainsKey))
        {
            look[$"edge: {name}"] = metrics[name];
        }

        return look;
    }

    private async Task UnderTrafficAsync(Tally tally, Func<CancellationToken, Task> meanwhile)
    {
        using var stop = new CancellationTokenSource();
        using var web = new WebTraffic(scene.Edge.HttpPort, "soak.localhost");
        var traffic = new Traffic([.. web.Kinds, .. new EchoTraffic(scene.TcpPort, scene.HasUdp ? scene.UdpPort : null).Kinds], tally).RunAsync(stop.Token);
        try
        {
            await meanwhile(stop.Token);
        }
        finally
        {
            await stop.CancelAsync();
            await traffic;
        }
    }

    private static void PrintTraffic(Tally tally, SoakFaults faults)
    {
        Console.WriteLine("| traffic | went well | failed under faults |");
        Console.WriteLine("|---|---:|---:|");
        foreach (var (kind, good, failed) in tally.Kinds)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {kind} | {good} | {failed} |"));
        }

        Console.WriteLine();
        Console.WriteLine("Faults: " + string.Join(", ", faults.Made.Select(fault => $"{fault.Key} ({fault.Value})")) + ".");
        Console.WriteLine();
    }

    private static void Note(string text) => Console.Error.WriteLine($"soak: {text}");
}
