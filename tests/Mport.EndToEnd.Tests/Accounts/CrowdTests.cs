using Mport.EndToEnd.Tests.Kit;
using Mport.EndToEnd.Tests.Tcp;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Accounts;

/// <summary>Many users on one edge at the same time, each with the real client.</summary>
public sealed class CrowdTests
{
    private const int Users = 10;
    private const int Tunnels = 5;

    [Fact]
    public async Task TenUsersWithFiveTunnelsEach_ReachTheirOwnTargetsAlone_AndSeeNothingOfEachOther() // SEC-40
    {
        await using var edge = await EdgeProcess.StartAsync((Users * Tunnels) + 10, []);
        var users = new List<CrowdUser>();
        try
        {
            for (var number = 0; number < Users; number++)
            {
                users.Add(await CrowdUser.StartAsync(edge, $"user{number}", Tunnels));
            }

            await Task.WhenAll(users.Select(user => user.ReadyAsync()));

            // All at once: a stream that went to another's target would be seen.
            await Task.WhenAll(users.SelectMany(user => user.Urls.Select(async pair => Assert.Equal($"{user.Name} {pair.Key} asked", await Visitor.ExchangeAsync(pair.Value, "asked")))));
            foreach (var user in users)
            {
                using var api = new EdgeApi(edge, user.Token);
                var own = (await api.GetAsync("/tunnels?limit=200")).GetProperty("data").EnumerateArray().ToList();
                Assert.Equal(user.Urls.Keys.Order(), own.Select(tunnel => tunnel.GetProperty("name").GetString() ?? "").Order());
                Assert.Single((await api.GetAsync("/sessions")).GetProperty("data").EnumerateArray());
                user.Ids.AddRange(own.Select(tunnel => tunnel.GetProperty("id").GetString() ?? ""));
            }

            using var last = new EdgeApi(edge, users[^1].Token);
            foreach (var id in users[0].Ids)
            {
                Assert.Equal(404, await last.StatusAsync(HttpMethod.Get, $"/tunnels/{id}"));
                Assert.Equal(404, await last.StatusAsync(HttpMethod.Get, $"/tunnels/{id}/usage"));
                Assert.Equal(404, await last.StatusAsync(HttpMethod.Post, $"/tunnels/{id}/stop"));
                Assert.Equal(404, await last.StatusAsync(HttpMethod.Delete, $"/tunnels/{id}"));
            }

            await Task.WhenAll(users[0].Urls.Values.Select(url => Visitor.ExchangeAsync(url, "still there")));
        }
        finally
        {
            foreach (var user in users)
            {
                await user.DisposeAsync();
            }
        }

        edge.AssertNoErrorLogged();
    }
}

/// <summary>One user: an account, a client with several tunnels, and a target for each that says whose it is.</summary>
internal sealed class CrowdUser : IAsyncDisposable
{
    private readonly List<ScriptedServer> _targets = [];
    private readonly ClientHome _home = new();
    private ClientProcess? _client;

    private CrowdUser(string name) => Name = name;

    public string Name { get; }

    public string Token { get; private set; } = "";

    /// <summary>The public addresses by the tunnels' names.</summary>
    public Dictionary<string, Uri> Urls { get; } = [];

    /// <summary>The tunnels' ids.</summary>
    public List<string> Ids { get; } = [];

    /// <summary>Makes the account and starts the client.</summary>
    public static async Task<CrowdUser> StartAsync(EdgeProcess edge, string name, int tunnels)
    {
        var user = new CrowdUser(name);
        await edge.AddUserAsync($"{name}@example.com");
        user.Token = (await edge.CreateTokenAsync($"{name}@example.com")).Token;
        var lines = new List<string> { "tunnels:" };
        for (var number = 0; number < tunnels; number++)
        {
            // Every user's tunnels have the same names.
            var tunnel = $"t{number}";
            user._targets.Add(Answering($"{name} {tunnel} "));
            lines.AddRange([$"  {tunnel}:", "    proto: tcp", $"    target: {user._targets[^1].Port}"]);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(user._home.ConfigFile) ?? "");
        await File.WriteAllLinesAsync(user._home.ConfigFile, lines);
        user._client = ClientProcess.Start(user._home.Environment(edge, token: user.Token), "start", "--all");
        return user;
    }

    /// <summary>Waits until all of its tunnels work.</summary>
    public async Task ReadyAsync()
    {
        Assert.NotNull(_client);
        for (var left = _targets.Count; left > 0; left--)
        {
            var ready = await _client.NextAsync("tunnel.ready");
            Urls.Add(ready["tunnel"], new Uri(ready["url"]));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        foreach (var target in _targets)
        {
            await target.DisposeAsync();
        }

        _home.Dispose();
    }

    // Says whose it is, and what it was told.
    private static ScriptedServer Answering(string greeting) => ScriptedServer.Start(async (socket, stop) =>
    {
        await TargetServers.SendAllAsync(socket, System.Text.Encoding.UTF8.GetBytes(greeting), stop);
        var buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer, System.Net.Sockets.SocketFlags.None, stop) is > 0 and var read)
        {
            await TargetServers.SendAllAsync(socket, buffer.AsMemory(0, read), stop);
        }

        socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
    });
}
