using Mport.EndToEnd.Tests.Kit;
using Mport.EndToEnd.Tests.Tcp;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Databases;

/// <summary>What docs/database.md says of PostgreSQL, with the real programs.</summary>
public sealed class PostgresEdgeTests
{
    [Fact]
    public async Task EdgeOnPostgres_ServesTunnels_AndKeepsAccountsQuotasAndUsage()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var edge = await EdgeProcess.StartAsync("--database", await server.CreateDatabaseAsync("mport"));
        await using var target = TargetServers.Echo();
        await edge.AddUserAsync("ann@example.com");
        var (_, token) = await edge.CreateTokenAsync("ann@example.com");
        await edge.AdministerAsync("quota", "set", "ann@example.com", "--tunnels", "1");
        using var home = new ClientHome();
        Uri url;
        await using (var client = ClientProcess.Start(home.Environment(edge, token: token), "tcp", $"{target.Port}"))
        {
            url = await client.ReadyAsync();
            Assert.Equal("works", await Visitor.ExchangeAsync(url, "works"));
        }

        var before = edge.Log;
        await edge.StopAsync();
        await edge.StartAgainAsync();

        await using var again = ClientProcess.Start(home.Environment(edge, token: token), "tcp", $"{target.Port}");
        Assert.Equal(url, await again.ReadyAsync());
        await using var second = ClientProcess.Start(home.Environment(edge, token: token), "tcp", "1", "--name", "another");
        await second.FailedAsync(7, "MP-1251");
        using var api = new EdgeApi(edge, token);
        var used = await api.UsedAsync("bytes_in");
        Assert.True(used == 5, $"{used} bytes were counted:\n{before.Tail()}");
        Assert.Contains("are whole", await edge.AdministerAsync("audit", "verify"), StringComparison.Ordinal);
        edge.AssertNoErrorLogged();
        Assert.All(edge.Log.Lines, line => Assert.DoesNotContain("p%40ss", line, StringComparison.Ordinal));
        Assert.All(edge.Log.Lines, line => Assert.DoesNotContain(PostgresServer.Password, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task SuccessorTakesARunningEdgesPlace_OnTheSameDatabase() // REL-18
    {
        await using var server = await PostgresServer.StartAsync();
        await using var edge = await EdgeProcess.StartAsync("--database", await server.CreateDatabaseAsync("mport"), "--api-rate", "0");
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        using var api = new EdgeApi(edge);
        using var transfer = await SteadyTransfer.StartAsync(tunnel.Url);
        await transfer.GoesOnAsync(SteadyTransfer.Rate);

        var former = await edge.TakeOverAsync();
        await tunnel.Client.NextAsync("tunnel.ready");

        await transfer.GoesOnAsync(SteadyTransfer.Rate);
        var exchanged = await transfer.EndAsync();
        Assert.Equal(0, await former.ExitAsync("the old process to end by itself"));
        Assert.Equal(201, (await api.PostAsync("/users", """{"email":"ann@example.com"}""")).Status);
        await edge.StopAsync();
        await edge.StartAgainAsync();
        Assert.Equal(exchanged, await api.UsedAsync("bytes_out"));
        Assert.Contains("are whole", await edge.AdministerAsync("audit", "verify"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoEdgesThatStartAtOnce_MigrateOnce_AndKeepEachOthersNamesApart() // SEC-115
    {
        await using var server = await PostgresServer.StartAsync();
        var url = await server.CreateDatabaseAsync("mport");
        using var scratch = new ScratchFolder();
        await using var one = Launch(url, scratch.File("one"));
        await using var other = Launch(url, scratch.File("other"));

        foreach (var edge in new[] { one, other })
        {
            await edge.Output.FirstAsync(line => line.Contains("certificate pin", StringComparison.Ordinal), "the edge to serve");
        }

        Assert.Equal("t", await server.QueryAsync("mport", "SELECT count(*) > 0 AND count(*) = count(DISTINCT \"MigrationId\") FROM \"__EFMigrationsHistory\""));
        Assert.Equal("owner@localhost", await server.QueryAsync("mport", "SELECT email FROM users"));
    }

    [Fact]
    public async Task NewerDatabaseAndNoDatabase_AreRefusedClearly_AndCheckTellsSo() // REL-09
    {
        await using var server = await PostgresServer.StartAsync();
        var url = await server.CreateDatabaseAsync("mport");
        using var scratch = new ScratchFolder();
        Assert.Contains("the tables will be made at the first start", await RunAsync(0, "check", url, scratch), StringComparison.Ordinal);
        Assert.Equal("0", await server.QueryAsync("mport", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
        await using (var edge = Launch(url, scratch.Path))
        {
            await edge.Output.FirstAsync(line => line.Contains("certificate pin", StringComparison.Ordinal), "the edge to serve");
        }

        await server.QueryAsync("mport", "INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_Later', '99.0')");
        Assert.Contains("MP-2005", await RunAsync(3, "serve", url, scratch), StringComparison.Ordinal);
        Assert.Contains("MP-2005", await RunAsync(1, "check", url, scratch), StringComparison.Ordinal);

        await server.KillAsync();
        var away = await RunAsync(3, "serve", url, scratch);
        Assert.Contains("MP-2050", away, StringComparison.Ordinal);
        Assert.DoesNotContain("p%40ss", away, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DumpedDatabase_IsTheSameElsewhere()
    {
        await using var server = await PostgresServer.StartAsync();
        using var scratch = new ScratchFolder();
        await using (var edge = Launch(await server.CreateDatabaseAsync("mport"), scratch.Path))
        {
            await edge.Output.FirstAsync(line => line.Contains("certificate pin", StringComparison.Ordinal), "the edge to serve");
        }

        var copy = await server.CreateDatabaseAsync("copy");
        await server.CopyAsync("mport", "copy");

        Assert.Contains("owner@localhost", await RunAsync(0, ["user", "list"], copy, scratch), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PasswordAndSocket_AreTakenFromWhereDocumented()
    {
        await using var server = await PostgresServer.StartAsync();
        await server.CreateDatabaseAsync("mport");
        using var scratch = new ScratchFolder();
        var bare = $"postgres://mport@127.0.0.1:{server.Port}/mport";
        var file = scratch.File(".pgpass");
        await File.WriteAllTextAsync(file, $"127.0.0.1:{server.Port}:mport:mport:{PostgresServer.Password}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Assert.Contains("MP-2050", await RunAsync(1, "check", bare, scratch), StringComparison.Ordinal);
        await RunAsync(0, ["check"], bare, scratch, new() { ["PGPASSWORD"] = PostgresServer.Password });
        await RunAsync(0, ["check"], bare, scratch, new() { ["HOME"] = scratch.Path });
        await RunAsync(0, "check", $"postgres://mport@localhost:{server.Port}/mport?host={server.SocketFolder}", scratch);
    }

    private static ProgramProcess Launch(string url, string data) => ProgramProcess.Start(
        Programs.Edge, ["serve", "--data", data, "--domain", "localhost", "--listen", "127.0.0.1", "--http-port", "0", "--tls-port", "0", "--tcp-ports", $"{PortBlock.Find(3)}", "--udp-ports", $"{PortBlock.Find(3)}", "--database", url]);

    private static Task<string> RunAsync(int status, string command, string url, ScratchFolder data) => RunAsync(status, [command], url, data);

    private static async Task<string> RunAsync(int status, string[] command, string url, ScratchFolder data, Dictionary<string, string>? variables = null)
    {
        var ran = await Ran.ToEndAsync(Programs.Edge, [.. command, "--data", data.Path, "--database", url], variables);
        Assert.True(ran.ExitCode == status, $"It ended with status {ran.ExitCode}, not {status}: {ran.Output}\n{ran.Errors}");
        return $"{ran.Output}\n{ran.Errors}";
    }
}
