using Microsoft.Data.Sqlite;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Server.Data;
using Mport.Server.Tests.Edge.Kit;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Data;

/// <summary>The database fails under a running edge (REL-05, REL-07, REL-08).</summary>
public sealed class BrokenDatabaseTests
{
    private static readonly string[] Writes = ["INSERT ON tunnels", "UPDATE ON tunnels", "UPDATE ON tokens"];
    private static readonly OpenTunnel First = new() { Request = 0, Name = "first", Proto = "tcp", Target = "127.0.0.1:5555" };

    // As on a full disk, or while another program has it locked; a trigger refuses, so that nobody waits for the lock's time to pass.
    [Fact]
    public async Task DatabaseThatTakesNoWrite_NewTunnelsAreRefused_AndAllElseGoesOn() // REL-07, REL-08
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectAsync(edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(First));
        var other = await edge.AddAccountAsync("other@b.example");
        Execute(edge, Writes.Select((write, i) => $"CREATE TRIGGER full_{i} BEFORE {write} BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END;"));

        // Its last use cannot be noted, and that keeps it out no more than anything else.
        await using var newcomer = await WireClient.ConnectAsync(edge, WireClient.Greeting(other, "machine-2"));
        var refused = Assert.IsType<TunnelRefused>(await newcomer.OpenAsync(First with { Name = "second" }));
        Assert.Equal((ProtocolErrors.EdgeUnavailable.Code.ToString(), true), (refused.Code, refused.Retry));
        Assert.Contains(edge.Logs.Complaints, line => line.Contains("disk is full", StringComparison.Ordinal));
        await AssertServedAsync(client, opened);

        Execute(edge, Writes.Select((_, i) => $"DROP TRIGGER full_{i};"));
        await AssertServedAsync(newcomer, Assert.IsType<TunnelOpened>(await newcomer.OpenAsync(First with { Name = "second" })));
        await AssertServedAsync(client, opened);
    }

    [Fact]
    public async Task DatabaseThatDoesNotAnswer_NewClientsAreToldToTryAgain_AndAllElseGoesOn() // REL-05
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectAsync(edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(First));
        Execute(edge, ["ALTER TABLE tokens RENAME TO elsewhere;"]);

        await edge.Logs.WhenLoggedAsync("no such table: tokens"); // The look at the tokens of the sessions, each second.
        var (transport, answer) = await WireClient.GreetAsync(edge, WireClient.Greeting(edge.Token, "machine-2"));
        await transport.DisposeAsync();
        Assert.Equal((ProtocolErrors.EdgeUnavailable.Code.ToString(), true), (answer.Refused?.Code, answer.Refused?.Retry));
        await AssertServedAsync(client, opened);
        Assert.False(client.Run.IsCompleted);

        Execute(edge, ["ALTER TABLE elsewhere RENAME TO tokens;"]);
        await using var newcomer = await WireClient.ConnectAsync(edge, WireClient.Greeting(edge.Token, "machine-2"));
    }

    private static async Task AssertServedAsync(WireClient client, TunnelOpened opened)
    {
        using var visitor = await RawVisitor.ConnectAsync(new Uri(opened.Urls[0]).Port);
        await visitor.SendAsync("ping");
        var (_, stream) = await client.VisitorAsync();
        Assert.Equal(4, await stream.ReadAsync(new byte[10], default).Limited("the visitor's bytes"));
    }

    private static void Execute(RunningTestEdge edge, IEnumerable<string> statements)
    {
        using var connection = new SqliteConnection(SqliteContexts.ConnectionString(edge.DatabasePath, SqliteOpenMode.ReadWrite, pooling: false));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = string.Join('\n', statements);
        command.ExecuteNonQuery();
    }
}
