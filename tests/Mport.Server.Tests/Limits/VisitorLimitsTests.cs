using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Server.Limits;
using Mport.Server.Tests.Edge.Kit;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Limits;

/// <summary>The limits as a visitor of a TCP tunnel of a whole edge meets them.</summary>
public sealed class VisitorLimitsTests
{
    private static readonly OpenTunnel Adb = new() { Request = 0, Name = "adb", Proto = "tcp" };

    [Fact]
    public async Task VisitorOverTheTunnelsLimit_IsReset_AndAnotherTunnelsIsServed() // SEC-46
    {
        await using var edge = await RunningTestEdge.StartAsync(edgeLimits: new EdgeLimits { MaxVisitorsPerTunnel = 2 });
        await using var client = await WireClient.ConnectAsync(edge);
        var full = await OpenAsync(client, Adb);
        var other = await OpenAsync(client, Adb with { Name = "ssh" });
        using var first = await VisitAsync(full);
        using var second = await VisitAsync(full);
        await client.VisitorAsync();
        await client.VisitorAsync();

        var error = await Assert.ThrowsAsync<SocketException>(() => VisitUntilTheEndAsync(full));
        using var elsewhere = await VisitAsync(other);
        await client.VisitorAsync();

        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        Assert.Contains("mport_tunnels_visitors_refused_total{reason=\"tunnel_full\"} 1\n", await MetricsAsync(edge), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FasterThanTheRate_IsReset()
    {
        await using var edge = await RunningTestEdge.StartAsync(edgeLimits: new EdgeLimits { AcceptRate = 2 });
        await using var client = await WireClient.ConnectAsync(edge);
        var port = await OpenAsync(client, Adb);
        using var first = await VisitAsync(port);
        using var second = await VisitAsync(port);

        await Assert.ThrowsAsync<SocketException>(() => VisitUntilTheEndAsync(port));
        await client.VisitorAsync();
        await client.VisitorAsync();
    }

    [Fact]
    public async Task VisitorThatNeverReads_IsCutAfterTheStallTimeout() // REL-21, SEC-24
    {
        await using var edge = await RunningTestEdge.StartAsync(edgeLimits: new EdgeLimits { StallTimeout = TimeSpan.FromSeconds(1.5) });
        await using var client = await WireClient.ConnectAsync(edge);
        using var visitor = await VisitAsync(await OpenAsync(client, Adb));
        var (_, stream) = await client.VisitorAsync();

        var fault = await Assert.ThrowsAsync<StreamException>(() => FloodAsync(stream).Limited("the stream of the visitor that never reads to be reset"));

        Assert.Equal(ProtocolErrors.StreamReset, fault.Description);
        Assert.Contains("mport_tunnels_visitors_cut_total{reason=\"stalled\"} 1\n", await MetricsAsync(edge), StringComparison.Ordinal);
    }

    [Fact]
    public async Task VisitorThatCarriesNothing_IsCutAfterTheIdleTimeout_WhereOneIsSet()
    {
        await using var edge = await RunningTestEdge.StartAsync(edgeLimits: new EdgeLimits { IdleTimeout = TimeSpan.FromMilliseconds(400) });
        await using var client = await WireClient.ConnectAsync(edge);
        using var visitor = await VisitAsync(await OpenAsync(client, Adb));
        await client.VisitorAsync();

        await Assert.ThrowsAsync<SocketException>(() => visitor.ReceiveAsync(new byte[1]).Limited("the idle visitor to be reset"));
    }

    [Fact]
    public async Task ManyThatNeverRead_StayWithinTheSessionsMemory_AndAnotherAccountIsServed() // REL-22, SEC-46
    {
        const int Budget = 2 * 1024 * 1024;
        await using var edge = await RunningTestEdge.StartAsync(edgeLimits: new EdgeLimits { SessionMemory = Budget });
        await using var client = await WireClient.ConnectAsync(edge);
        await using var other = await WireClient.ConnectAsync(edge, WireClient.Greeting(await edge.AddAccountAsync("other@b.example"), "machine-2"));
        var port = await OpenAsync(client, Adb);
        var otherPort = await OpenAsync(other, Adb);
        var visitors = new List<Socket>();
        var streams = new List<CarrierStream>();
        for (var i = 0; i < 20; i++)
        {
            visitors.Add(await VisitAsync(port));
            streams.Add((await client.VisitorAsync()).Stream);
        }

        // All are in before the first byte: once the memory is used, the next one would be turned away.
        List<Task> floods = [.. streams.Select(FloodAsync)];

        // Twenty windows are more than the budget: the ones that find no room are reset.
        await (await Task.WhenAny(floods).Limited("a stream to be reset")).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var text = await MetricsAsync(edge);
        using var fresh = await VisitAsync(otherPort);
        var (_, freshStream) = await other.VisitorAsync();
        await freshStream.WriteAsync("hello"u8.ToArray(), CancellationToken.None).Limited("bytes for the other account's visitor");

        Assert.Equal(5, await fresh.ReceiveAsync(new byte[10]).Limited("bytes of the other account's client"));
        Assert.InRange(Value(text, "mport_limits_memory_used_bytes"), 1, Budget);
        Assert.InRange(Value(text, "mport_limits_memory_refusals_total"), 1, 20);
        visitors.ForEach(SocketReset);
        await Task.WhenAll(floods).Limited("all streams to end").ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task TunnelBandwidth_HoldsBothWays()
    {
        const int Rate = 512 * 1024;
        const int Bytes = Rate + 64 * 1024;
        await using var edge = await RunningTestEdge.StartAsync(edgeLimits: new EdgeLimits { TunnelBandwidth = Rate });
        await using var client = await WireClient.ConnectAsync(edge);
        using var visitor = await VisitAsync(await OpenAsync(client, Adb));
        var (_, stream) = await client.VisitorAsync();
        var began = Stopwatch.StartNew();

        var down = stream.WriteAsync(new byte[Bytes], CancellationToken.None).AsTask();
        var up = visitor.SendAsync(new byte[Bytes]);
        var atVisitor = ReadAsync(count => visitor.ReceiveAsync(count).AsTask(), Bytes);
        var atClient = ReadAsync(count => stream.ReadAsync(count, CancellationToken.None).AsTask(), Bytes);
        await Task.WhenAll(down, up, atVisitor, atClient).Limited("all bytes, both ways");

        // What is over the burst of 64 KiB takes its second.
        Assert.True(began.Elapsed >= TimeSpan.FromSeconds(0.95), $"{Bytes} bytes took {began.Elapsed}");
    }

    [Fact]
    public async Task SessionOverTheAccountsLimit_IsRefused_AndAnotherAccountsIsNot() // SEC-46
    {
        await using var edge = await RunningTestEdge.StartAsync(edgeLimits: new EdgeLimits { MaxSessionsPerAccount = 1 });
        await using var client = await WireClient.ConnectAsync(edge);

        var (transport, answer) = await WireClient.GreetAsync(edge, WireClient.Greeting(edge.Token, "machine-2"));
        await using var refused = transport;
        await using var other = await WireClient.ConnectAsync(edge, WireClient.Greeting(await edge.AddAccountAsync("other@b.example"), "machine-3"));

        Assert.Equal(TunnelErrors.TooManySessions.Code.ToString(), answer.Refused?.Code);
        Assert.True(answer.Refused?.Retry);
    }

    private static void SocketReset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    private static async Task FloodAsync(CarrierStream stream)
    {
        var bytes = new byte[64 * 1024];
        while (true)
        {
            await stream.WriteAsync(bytes, CancellationToken.None);
        }
    }

    private static async Task ReadAsync(Func<Memory<byte>, Task<int>> read, int bytes)
    {
        var buffer = new byte[64 * 1024];
        for (var left = bytes; left > 0;)
        {
            var count = await read(buffer);
            Assert.NotEqual(0, count);
            left -= count;
        }
    }

    private static async Task<int> OpenAsync(WireClient client, OpenTunnel tunnel) =>
        new Uri(Assert.IsType<TunnelOpened>(await client.OpenAsync(tunnel)).Urls[0]).Port;

    private static async Task<Socket> VisitAsync(int port)
    {
        var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await visitor.ConnectAsync(IPAddress.Loopback, port).Limited("a visitor's connection");
        return visitor;
    }

    // A connection that is refused may be reset before it is known to be there.
    private static async Task VisitUntilTheEndAsync(int port)
    {
        using var visitor = await VisitAsync(port);
        await visitor.ReceiveAsync(new byte[1]).Limited("the refused connection to end");
    }

    private static async Task<string> MetricsAsync(RunningTestEdge edge)
    {
        using var visitor = await RawVisitor.ConnectAsync(edge.Http.Port);
        return (await visitor.AskAsync("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")).Body;
    }

    private static double Value(string text, string metric) => double.Parse(
        text.Split('\n').Single(line => line.StartsWith(metric + " ", StringComparison.Ordinal))[(metric.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
}
