using System.Collections.Concurrent;
using System.Net.Http;
using System.Text.Json;
using Mport.EndToEnd.Tests.Kit;
using Mport.EndToEnd.Tests.Tcp;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Recovery;

/// <summary>The edge is killed while people make accounts, tokens and tunnels and visitors transfer.</summary>
public sealed class SuddenEndTests
{
    private const int Kills = 3;
    private const int BeforeEach = 60;

    [Fact]
    public async Task EdgeKilledAmidChanges_HasAllThatItAnswered_AndNothingHalf() // REL-01
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        var admin = (await edge.CreateTokenAsync(EdgeProcess.Owner, [.. "tunnels:read tunnels:write tokens:write tokens:read users:admin server:admin".Split(' ').SelectMany(scope => (string[])["--scope", scope])])).Token;
        var made = new ConcurrentDictionary<string, string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var wanted = made.Count + BeforeEach;
            var making = Task.WhenAll(Enumerable.Range(0, 3).Select(kind => MakeAsync(edge, admin, kind, made, () => _ = made.Count >= wanted && enough.TrySetResult())));
            var visiting = VisitAsync(tunnel.Url);
            await enough.Task.Limited($"{BeforeEach} things to be made");
            await edge.KillAsync();
            await making.Limited("the requests to fail");
            await visiting.Limited("the visitor to be cut");

            await edge.StartAgainAsync();
            Assert.Equal(tunnel.Url, await tunnel.Client.ReadyAsync());
        }

        using var api = new EdgeApi(edge, admin);
        foreach (var (path, name) in made)
        {
            var kept = await api.GetAsync(path);
            Assert.Equal(name, kept.GetProperty(path.StartsWith("/users", StringComparison.Ordinal) ? "email" : "name").GetString());
        }

        // What was made when the edge died is there whole, or not at all: every tunnel has a name of its own, and every change its event.
        var tunnels = await AllAsync(api, "/tunnels");
        Assert.All(tunnels, one => Assert.True(one.TryGetProperty("subdomain", out _) || one.TryGetProperty("port", out _), one.GetRawText()));
        Assert.Equal(tunnels.Count, tunnels.Select(one => one.TryGetProperty("subdomain", out var subdomain) ? subdomain.GetString() : one.GetProperty("port").ToString()).Distinct().Count());
        var created = (await AllAsync(api, "/audit?account=all&kind=user.added")).Select(one => one.GetProperty("subject").GetProperty("id").GetString()).ToHashSet();
        Assert.All(made.Keys.Where(path => path.StartsWith("/users/", StringComparison.Ordinal)), path => Assert.Contains(path["/users/".Length..], created));
        Assert.Contains("are whole", await edge.AdministerAsync("audit", "verify"), StringComparison.Ordinal);
        Assert.Equal("works", await Visitor.ExchangeAsync(tunnel.Url, "works"));
        edge.AssertNoErrorLogged();
    }

    private static async Task MakeAsync(EdgeProcess edge, string admin, int kind, ConcurrentDictionary<string, string> made, Action oneMore)
    {
        using var api = new EdgeApi(edge, admin);
        try
        {
            while (true)
            {
                var name = $"x{Guid.NewGuid():N}"[..12];
                var (list, body, shown) = kind switch
                {
                    0 => ("/users", $$"""{"email":"{{name}}@example.com"}""", $"{name}@example.com"),
                    1 => ("/tunnels", $$"""{"name":"{{name}}","proto":"http"}""", name),
                    _ => ("/tokens", $$"""{"name":"{{name}}"}""", name),
                };
                if (await api.TryPostAsync(list, body) is not { } id)
                {
                    // An account has so many tokens and tunnels: enough of this kind.
                    return;
                }

                made[$"{list}/{id}"] = shown;
                oneMore();
            }
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException)
        {
            // The edge was killed.
        }
    }

    private static async Task VisitAsync(Uri url)
    {
        using var visitor = await Visitor.ConnectAsync(url);
        var piece = new byte[16 * 1024];
        try
        {
            while (true)
            {
                await TargetServers.SendAllAsync(visitor, piece, CancellationToken.None);
                await Visitor.ReadAsync(visitor, piece.Length);
            }
        }
        catch (Exception cut) when (cut is System.Net.Sockets.SocketException or EndOfStreamException)
        {
            // The edge was killed.
        }
    }

    private static async Task<List<JsonElement>> AllAsync(EdgeApi api, string path)
    {
        var all = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await api.GetAsync($"{path}{(path.Contains('?') ? '&' : '?')}limit=200{(cursor is null ? "" : "&cursor=" + cursor)}");
            all.AddRange(page.GetProperty("data").EnumerateArray());
            cursor = page.TryGetProperty("next_cursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
        return all;
    }
}
