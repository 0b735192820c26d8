using System.Diagnostics;
using System.Globalization;
using Mport.Bench.Processes;

namespace Mport.Bench.Scale;

/// <summary>
/// Many clients with two tunnels each and many idle visitors on one edge: how long until all are back after the edge was killed, what an idle
/// client and an idle visitor cost, and how fast a fresh visitor is served. Clients, visitors and target are processes of their own.
/// </summary>
internal sealed class ScaleRun(ScaleOptions options, string folder)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(200);

    // An account may have 1,000 tunnels.
    private const int ClientsPerAccount = 250;
    private readonly GoalTable _table = new();

    /// <summary>Measures and prints the table; 0 when every goal is reached.</summary>
    public async Task<int> RunAsync()
    {
        await using var edge = new EdgeUnderLoad(folder, ["--tcp-ports", "20000-21999", .. options.EdgeOptions], options.Wrapper, options.EdgeEnvironment);
        await edge.StartAsync();
        var tokens = new List<string>();
        for (var account = 0; account <= options.Clients / ClientsPerAccount; account++)
        {
            tokens.Add(await edge.AddAccountAsync($"crowd-{account}@localhost"));
        }

        var sinkPort = FreePorts.Find(1, 10000, 19999)[0];
        await using var sink = Child.StartSelf(["sink", Text(sinkPort)]);
        await using var crowd = Child.StartSelf(
            ["crowd", Text(edge.TlsPort), Text(options.Clients), Text(sinkPort)], ("MPORT_TOKEN", string.Join(',', tokens)), ("MPORT_PIN", edge.Pin));
        Note($"{options.Clients} clients log in one after another");
        await ExpectAsync(crowd, "ready", "ready");

        await MeasureRestartAsync(edge, crowd);
        var idle = await MeasureIdleClientsAsync(edge, crowd);
        await MeasureVisitorsAsync(edge, crowd, idle);
        Console.WriteLine(_table.ToMarkdown());
        return _table.AllReached ? 0 : 1;
    }

    private async Task MeasureRestartAsync(EdgeUnderLoad edge, Child crowd)
    {
        Note("the edge is killed and started again; all clients come back at once");
        await edge.KillAsync();
        var clock = Stopwatch.StartNew();
        await edge.StartAsync();
        await ExpectAsync(crowd, "again", "ready");
        _table.Add("all clients back after the edge was killed and started again", clock.Elapsed.TotalSeconds, "s", 60);
    }

    private async Task<(ProcessLook Edge, ProcessLook Crowd)> MeasureIdleClientsAsync(EdgeUnderLoad edge, Child crowd)
    {
        await SettleAsync(crowd);
        var cpu = await CpuShareAsync(edge);
        var look = (Edge: ProcessLook.Of(edge.Process.Id), Crowd: ProcessLook.Of(crowd.Id));
        _table.Add($"edge with {options.Clients} idle clients, PSS", look.Edge.PssKilobytes / 1024.0, "MiB");
        _table.Add("the same, CPU", cpu, "% of a core", options.Visitors > 0 ? null : 5);
        return look;
    }

    private async Task MeasureVisitorsAsync(EdgeUnderLoad edge, Child crowd, (ProcessLook Edge, ProcessLook Crowd) before)
    {
        Note($"{options.Visitors} visitors come and stay idle");
        var ports = await crowd.AskAsync("ports", Limit);
        await using var visitors = Child.StartSelf(["visitors"]);
        await visitors.TellAsync(ports);
        var clock = Stopwatch.StartNew();
        await ExpectAsync(visitors, $"hold {Text(options.Visitors)}", "held");
        _table.Add($"{options.Visitors} visitors through to the target", options.Visitors / clock.Elapsed.TotalSeconds, "a second");

        await SettleAsync(crowd);
        var cpu = await CpuShareAsync(edge);
        var edgeLook = ProcessLook.Of(edge.Process.Id);
        var crowdLook = ProcessLook.Of(crowd.Id);
        _table.Add("edge with all of them idle, PSS", edgeLook.PssKilobytes / 1024.0, "MiB", options.EdgeMegabytes);
        _table.Add("the same, RSS", edgeLook.RssKilobytes / 1024.0, "MiB");
        _table.Add("an idle visitor on the edge", (edgeLook.PssKilobytes - before.Edge.PssKilobytes) / (double)options.Visitors, "KiB", 10);
        _table.Add("an idle visitor on the client", (crowdLook.PssKilobytes - before.Crowd.PssKilobytes) / (double)options.Visitors, "KiB", 10);
        _table.Add("edge idle, CPU", cpu, "% of a core", 5);
        _table.Add("edge, sockets", edgeLook.Sockets, "");
        _table.Add("visitors lost while they were idle", before.Edge.Sockets + options.Visitors - edgeLook.Sockets, "", 0);

        var answer = await visitors.AskAsync("first 200", Limit);
        var times = answer.Split(' ').Select(time => double.Parse(time, CultureInfo.InvariantCulture)).Order().ToArray();
        _table.Add("first byte of a fresh visitor, median", times[times.Length / 2], "ms", 50);
        _table.Add("the same, 99 %", times[times.Length * 99 / 100], "ms", 50);
    }

    private async Task<double> CpuShareAsync(EdgeUnderLoad edge)
    {
        var before = ProcessLook.Of(edge.Process.Id).CpuSeconds;
        var clock = Stopwatch.StartNew();
        await Task.Delay(options.Settle, TimeProvider.System);
        return (ProcessLook.Of(edge.Process.Id).CpuSeconds - before) / clock.Elapsed.TotalSeconds * 100;
    }

    // The generator's own garbage is not what is measured; the edge is left to itself.
    private async Task SettleAsync(Child crowd)
    {
        Note("settling");
        await Task.Delay(options.Settle, TimeProvider.System);
        await crowd.AskAsync("settle", Limit);
    }

    private static async Task ExpectAsync(Child child, string order, string answer)
    {
        var said = await child.AskAsync(order, Limit);
        if (said != answer)
        {
            throw new BenchException(said);
        }
    }

    private static void Note(string text) => Console.Error.WriteLine($"bench: {text}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
