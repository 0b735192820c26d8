using Mport.EndToEnd.Tests.Kit;
using Mport.EndToEnd.Tests.Tcp;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Databases;

/// <summary>PostgreSQL dies while users register, create and transfer.</summary>
public sealed class LostDatabaseTests
{
    private const int Workers = 4;
    private const long SomeBytes = 2L * SteadyTransfer.Rate;

    [Fact]
    public async Task DatabaseKilled_TunnelsGoOn_ChangesAreRefusedClearly_AndNothingIsLost() // REL-05
    {
        await using var server = await PostgresServer.StartAsync();
        await using var edge = await StartAsync(server);
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        using var api = new EdgeApi(edge);
        using var transfer = await SteadyTransfer.StartAsync(tunnel.Url);
        using var changes = new ChangesInARow(api, Workers);
        await changes.GoOnAsync(20);
        Assert.Empty(changes.Refusals);

        await server.KillAsync();
        await changes.AreRefusedAsync(20);
        await transfer.GoesOnAsync(SomeBytes);
        Assert.Equal("works", await Visitor.ExchangeAsync(tunnel.Url, "works"));
        Assert.Equal((503, 200), (await api.StatusAsync("/readyz"), await api.StatusAsync("/healthz")));
        using var home = new ClientHome();
        await using var late = ClientProcess.Start(edge, home, "tcp", $"{target.Port}", "--name", "late");
        Assert.Equal("MP-1413", (await late.NextAsync("session.lost"))["code"]);

        await server.StartAgainAsync();
        await changes.GoOnAsync(20);
        await late.ReadyAsync();
        await transfer.GoesOnAsync(SomeBytes);
        await changes.EndAsync();
        var exchanged = await transfer.EndAsync();

        Assert.All(changes.Refusals, refusal => Assert.Equal((503, "MP-1413"), refusal));
        await changes.AssertKeptAsync(api);
        Assert.Equal(200, await api.StatusAsync("/readyz"));
        await edge.StopAsync();
        await edge.StartAgainAsync();
        await changes.AssertKeptAsync(api);
        Assert.Equal((exchanged + 5, exchanged + 5), (await api.UsedAsync("bytes_in"), await api.UsedAsync("bytes_out")));
        Assert.Contains("are whole", await edge.AdministerAsync("audit", "verify"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DatabaseAndEdgeKilledTogether_LoseNothingThatWasConfirmed_AndTenSecondsOfCountsAtMost()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var edge = await StartAsync(server);
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        using var api = new EdgeApi(edge);
        using var transfer = await SteadyTransfer.StartAsync(tunnel.Url);
        await transfer.GoesOnAsync(12L * SteadyTransfer.Rate);
        using var changes = new ChangesInARow(api, Workers);
        await changes.GoOnAsync(20);
        await server.KillAsync();
        await edge.KillAsync();
        var exchanged = transfer.Exchanged;

        await server.StartAgainAsync();
        await edge.StartAgainAsync();

        await changes.AssertKeptAsync(api);
        Assert.Equal(tunnel.Url, await tunnel.Client.ReadyAsync());
        Assert.InRange(await api.UsedAsync("bytes_out"), Math.Max(1, exchanged - (10L * SteadyTransfer.Rate)), exchanged + (8L * 1024 * 1024));
        Assert.Contains("are whole", await edge.AdministerAsync("audit", "verify"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DatabaseFailsOverToItsReplica_TunnelsGoOn_AndNothingThatWasConfirmedIsLost() // REL-06
    {
        await using var server = await PostgresServer.StartAsync();
        await using var edge = await StartAsync(server);
        await using var replica = await server.ReplicateAsync();
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        using var api = new EdgeApi(edge);
        using var transfer = await SteadyTransfer.StartAsync(tunnel.Url);
        using var changes = new ChangesInARow(api, Workers);
        await changes.GoOnAsync(20);

        await server.KillAsync();
        await changes.AreRefusedAsync(4);
        await transfer.GoesOnAsync(SomeBytes);
        await replica.TakePlaceOfAsync(server);
        await changes.GoOnAsync(20);
        await transfer.GoesOnAsync(SomeBytes);
        await changes.EndAsync();
        await transfer.EndAsync();

        Assert.All(changes.Refusals, refusal => Assert.Equal((503, "MP-1413"), refusal));
        await changes.AssertKeptAsync(api);
        Assert.Contains("are whole", await edge.AdministerAsync("audit", "verify"), StringComparison.Ordinal);
    }

    private static async Task<EdgeProcess> StartAsync(PostgresServer server) =>
        await EdgeProcess.StartAsync("--database", await server.CreateDatabaseAsync("mport"), "--api-rate", "0");
}
