using System.Net.Http;
using Mport.EndToEnd.Tests.Kit;
using Mport.EndToEnd.Tests.Tcp;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Recovery;

/// <summary>The file system of the edge's data is full.</summary>
public sealed class FullDiskTests
{
    private const int Size = 24 << 20;

    [Fact]
    public async Task Tunnels_GoOn_ChangesAreRefusedClearly_AndAllIsWellWithoutARestart() // REL-08
    {
        await using var disk = await SmallDisk.CreateAsync(Size);
        await using var edge = await EdgeProcess.StartOnAsync(disk.Path);
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        var admin = (await edge.CreateTokenAsync(EdgeProcess.Owner, "--scope", "tunnels:read", "--scope", "users:admin")).Token;
        using var visitor = await Visitor.ConnectAsync(tunnel.Url);
        using var api = new EdgeApi(edge, admin);
        var before = await api.TryPostAsync("/users", """{"email":"before@example.com"}""");
        Assert.NotNull(before);

        disk.Fill();

        // The write-ahead log has some room of its own: so many changes that it must be used up.
        var (status, code) = (201, "");
        for (var number = 0; number < 2000 && status == 201; number++)
        {
            (status, code) = await api.AnswerAsync("/users", $$"""{"email":"full{{number}}@example.com"}""");
        }

        Assert.True(status is 507 or 503, $"A change on a full disk gave {status} {code}");
        Assert.Equal(status == 507 ? "MP-1515" : "MP-1413", code);
        await TargetServers.SendAllAsync(visitor, "goes on"u8.ToArray(), CancellationToken.None);
        await Visitor.ReadAsync(visitor, "goes on".Length);
        Assert.Equal("new visitor", await Visitor.ExchangeAsync(tunnel.Url, "new visitor"));
        Assert.Equal("before@example.com", (await api.GetAsync($"/users/{before}")).GetProperty("email").GetString());

        disk.Empty();

        string? after = null;
        await Within.UntilAsync(async () => (after ??= await api.TryPostAsync("/users", """{"email":"after@example.com"}""")) is not null, "a change to be taken again");
        Assert.Equal("after@example.com", (await api.GetAsync($"/users/{after}")).GetProperty("email").GetString());
        await edge.StopAsync();
        await edge.StartAgainAsync();
        Assert.Equal("before@example.com", (await api.GetAsync($"/users/{before}")).GetProperty("email").GetString());
        Assert.Equal(tunnel.Url, await tunnel.Client.ReadyAsync());
    }
}
