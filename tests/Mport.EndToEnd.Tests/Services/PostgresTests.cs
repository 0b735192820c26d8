using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Services;

public sealed class PostgresTests(SharedEdge shared)
{
    [Fact]
    public async Task PsqlThroughATunnel_GetsItsAnswers()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var tunnel = await ServedTunnel.TcpAsync(shared.Edge, server.Port);

        Assert.Equal("1", await PostgresServer.QueryAsync(tunnel.Url, "select 1"));

        var large = await PostgresServer.QueryAsync(tunnel.Url, "select repeat('0123456789', 100) from generate_series(1, 10000)");
        Assert.Equal(10_000, large.Split('\n').Count(line => line.Length == 1000));
    }
}
