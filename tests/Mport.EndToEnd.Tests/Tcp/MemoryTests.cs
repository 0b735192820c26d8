using System.Net.Sockets;
using Mport.EndToEnd.Tests.Kit;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Tcp;

/// <summary>What the edge and the client hold after, or beside, visitors who do not read. Both processes belong to each test alone.</summary>
public sealed class MemoryTests
{
    private const int Downloads = 100;
    private const int Megabyte = 1 << 20;

    // Two rounds of streams that stayed, each with its window's 256 KiB, would be 50 MB.
    private const long LeftoverBytes = 32 * Megabyte;

    // One stalled visitor may hold a grown window (16 MiB) on its way, and the garbage collector doubles what lives for a while.
    private const long StalledBytes = 64 * Megabyte;

    [Fact]
    public async Task AbortedDownloads_LeaveNothingBehind() // REL-46
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = EndlessSource();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        var idle = (Edge: ProcessReading.Of(edge.Process.Id).Sockets, Client: ProcessReading.Of(tunnel.Client.Process.Id).Sockets);

        // The first rounds fill pools and make the code hot.
        await AbortAsync(tunnel);
        await AbortAsync(tunnel);
        var before = await SettledAsync();
        await AbortAsync(tunnel);
        await AbortAsync(tunnel);
        var after = await SettledAsync();

        TestContext.Current.TestOutputHelper?.WriteLine($"Resident bytes: edge {before.Edge:N0}, then {after.Edge:N0}; client {before.Client:N0}, then {after.Client:N0}");
        Assert.InRange(after.Edge - before.Edge, long.MinValue, LeftoverBytes);
        Assert.InRange(after.Client - before.Client, long.MinValue, LeftoverBytes);
        edge.AssertNoErrorLogged();

        async Task<(long Edge, long Client)> SettledAsync()
        {
            var ofEdge = await ProcessReading.SettlesAsync(edge.Process.Id, now => now.Sockets <= idle.Edge, "the edge to close its visitors' sockets");
            var ofClient = await ProcessReading.SettlesAsync(tunnel.Client.Process.Id, now => now.Sockets <= idle.Client, "the client to close its targets' sockets");
            return (ofEdge.ResidentBytes, ofClient.ResidentBytes);
        }
    }

    [Fact]
    public async Task VisitorWhoNeverReads_HoldsLittleAndSlowsNobody() // REL-21
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = EndlessSource();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        using (var warm = await Visitor.ConnectAsync(tunnel.Url))
        {
            await Visitor.ReadAsync(warm, 50 * Megabyte);
        }

        await tunnel.Client.NextAsync("connection.closed");
        var before = (Edge: ProcessReading.Of(edge.Process.Id), Client: ProcessReading.Of(tunnel.Client.Process.Id));

        using var stalled = await Visitor.ConnectAsync(tunnel.Url);
        await Visitor.ReadAsync(stalled, 1);
        using var fast = await Visitor.ConnectAsync(tunnel.Url);
        await Visitor.ReadAsync(fast, 300 * Megabyte);

        var after = (Edge: ProcessReading.Of(edge.Process.Id), Client: ProcessReading.Of(tunnel.Client.Process.Id));
        TestContext.Current.TestOutputHelper?.WriteLine($"Before: {before}; after: {after}");
        Assert.InRange(after.Edge.ResidentBytes - before.Edge.ResidentBytes, long.MinValue, StalledBytes);
        Assert.InRange(after.Client.ResidentBytes - before.Client.ResidentBytes, long.MinValue, StalledBytes);

        // It was not cut off: all that waits for it, and more, still comes.
        await Visitor.ReadAsync(stalled, 30 * Megabyte);
    }

    [Fact]
    public async Task TargetThatNeverReads_HoldsLittleAndSlowsNobody() // REL-23
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var stalls = TargetServers.Stalls();
        await using var echo = TargetServers.Echo();
        await using var stalled = await ServedTunnel.TcpAsync(edge, stalls.Port);
        await using var other = await ServedTunnel.TcpAsync(edge, echo.Port);
        var before = ProcessReading.Of(edge.Process.Id);
        using var stop = new CancellationTokenSource();

        using var visitor = await Visitor.ConnectAsync(stalled.Url);
        var pushing = RandomData.SendAsync(visitor, 3, long.MaxValue, stop.Token);
        Assert.Equal("still here", await Visitor.ExchangeAsync(other.Url, "still here"));
        using var second = await Visitor.ConnectAsync(other.Url);
        var returning = Visitor.ReadAsync(second, 100 * Megabyte);
        await RandomData.SendAsync(second, 4, 100 * Megabyte, CancellationToken.None).Limited("100 MB to pass beside a stalled stream");
        await returning;

        Assert.InRange(ProcessReading.Of(edge.Process.Id).ResidentBytes - before.ResidentBytes, long.MinValue, StalledBytes);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pushing);
    }

    private static ScriptedServer EndlessSource() => ScriptedServer.Start((socket, stop) => RandomData.SendAsync(socket, 5, long.MaxValue, stop));

    // Half of them reset the connection, half close it with bytes unread, a few at a time.
    private static async Task AbortAsync(ServedTunnel tunnel)
    {
        for (var group = 0; group < Downloads / 10; group++)
        {
            await Task.WhenAll(Enumerable.Range(0, 10).Select(async number =>
            {
                using var visitor = await Visitor.ConnectAsync(tunnel.Url);
                await Visitor.ReadAsync(visitor, Megabyte);
                visitor.LingerState = new LingerOption(number % 2 == 0, 0);
            }));
        }

        for (var ended = 0; ended < Downloads; ended++)
        {
            await tunnel.Client.NextAsync("connection.closed");
        }
    }
}
