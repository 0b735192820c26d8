using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Mport.Bench.Processes;
using Mport.Bench.Scale;

namespace Mport.Bench.Users;

/// <summary>Many users with five tunnels each, all with the real <c>out/mport</c>: each public address leads to its own user's target, and to no other.</summary>
internal sealed class UsersRun(string folder, int users)
{
    private const int Tunnels = 5;
    private const int StartedTogether = 8;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private readonly GoalTable _table = new();

    /// <summary>Runs it and prints the table; 0 when nothing went to another's target.</summary>
    public async Task<int> RunAsync()
    {
        await using var edge = new EdgeUnderLoad(folder, ["--tcp-ports", "20000-20999", "--api-rate", "0"], []);
        await edge.StartAsync();
        using var over = new CancellationTokenSource();
        using var listeners = new TargetPorts(users * Tunnels);
        var serving = listeners.ServeAsync(over.Token);
        var clients = new List<Child>();
        var urls = new ConcurrentBag<(string Name, int Port)>();
        var tokens = new List<string>();
        var clock = Stopwatch.StartNew();
        try
        {
            foreach (var group in Enumerable.Range(0, users).Chunk(StartedTogether))
            {
                foreach (var user in group)
                {
                    tokens.Add(await edge.AddAccountAsync($"user-{user}@localhost"));
                    clients.Add(StartClient(edge, user, tokens[user], listeners.Ports));
                }

                await Task.WhenAll(group.Select(user => ReadyAsync(clients[user], user, urls)));
                Note($"{clients.Count} users");
            }

            _table.Add($"{users} users with {Tunnels} tunnels each, accounts made and all open after", clock.Elapsed.TotalSeconds, "s");
            var answers = await Task.WhenAll(urls.Select(async one => await AskAsync(one.Port) == one.Name));
            _table.Add("addresses that led to another target than their own", answers.Count(right => !right), "", 0);
            _table.Add("addresses asked", answers.Length, "");
            _table.Add("users who see another number of tunnels than their own", await CountWrongListsAsync(edge, tokens), "", 0);
            _table.Add("edge, PSS", ProcessLook.Of(edge.Process.Id).PssKilobytes / 1024.0, "MiB");
        }
        finally
        {
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }

        await over.CancelAsync();
        await serving;
        Console.WriteLine(_table.ToMarkdown());
        return _table.AllReached ? 0 : 1;
    }

    private Child StartClient(EdgeUnderLoad edge, int user, string token, IReadOnlyList<int> targets)
    {
        var home = Path.Combine(folder, $"user-{user}");
        var config = Path.Combine(home, "mport.yml");
        Directory.CreateDirectory(home);
        File.WriteAllLines(config, ["tunnels:", .. Enumerable.Range(0, Tunnels).SelectMany(number => (string[])
            [$"  t{number}:", "    proto: tcp", $"    target: {Text(targets[(user * Tunnels) + number])}"])]);
        return Child.Start(
            ["out/mport", "start", "--all", "--json", "--config", config],
            ("HOME", home), ("XDG_CONFIG_HOME", home), ("XDG_STATE_HOME", home), ("MPORT_SERVER", $"127.0.0.1:{Text(edge.TlsPort)}"), ("MPORT_PIN", edge.Pin), ("MPORT_TOKEN", token));
    }

    private static async Task ReadyAsync(Child client, int user, ConcurrentBag<(string Name, int Port)> urls)
    {
        for (var left = Tunnels; left > 0; left--)
        {
            using var line = JsonDocument.Parse(await client.LineAsync(text => text.Contains("\"tunnel.ready\"", StringComparison.Ordinal), Limit));
            var number = int.Parse(line.RootElement.GetProperty("tunnel").GetString().AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture);
            urls.Add((Text((user * Tunnels) + number), new Uri(line.RootElement.GetProperty("url").GetString() ?? "").Port));
        }

        client.ReadAway();
    }

    private static async Task<string> AskAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync().WaitAsync(Limit, TimeProvider.System);
    }

    private static async Task<int> CountWrongListsAsync(EdgeUnderLoad edge, IReadOnlyList<string> tokens)
    {
        var wrong = 0;
        foreach (var token in tokens)
        {
            using var api = new EdgeHttp(edge, token);
            var list = await api.GetAsync("tunnels?limit=200");
            wrong += list.GetProperty("data").GetArrayLength() == Tunnels ? 0 : 1;
        }

        return wrong;
    }

    private static void Note(string text) => Console.Error.WriteLine($"bench: {text}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
