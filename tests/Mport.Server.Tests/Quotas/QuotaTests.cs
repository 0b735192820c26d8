using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Server.Events;
using Mport.Server.Quotas;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;
using Mport.Server.Traffic;
using Mport.Testing;

namespace Mport.Server.Tests.Quotas;

/// <summary>Quotas as visitors and clients of a whole edge meet them.</summary>
public sealed class QuotaTests
{
    private const int Megabyte = 1 << 20;
    private static readonly OpenTunnel Adb = new() { Request = 0, Name = "adb", Proto = "tcp" };

    // How fast the target sends: four megabytes a second.
    private const int Piece = 64 * 1024;
    private static readonly TimeSpan PiecePause = TimeSpan.FromMilliseconds(16);

    [Fact]
    public async Task QuotaCrossedInTheMiddleOfATransfer_StopsIt_AndTheCountIsWhatPassed()
    {
        await using var edge = await StartAsync(new QuotaDefaults { BytesPerDay = 4 * Megabyte });
        await using var client = await WireClient.ConnectAsync(edge);
        var port = await OpenAsync(client);
        using var visitor = await VisitAsync(port);
        var (_, stream) = await client.VisitorAsync();

        var sending = SendAsync(stream);
        var received = await ReadToResetAsync(visitor).Limited("the transfer to be stopped");

        // Two seconds at most go on after the last byte that was allowed.
        Assert.InRange(received, 4 * Megabyte, (4 + (2 * 4)) * Megabyte);
        await Assert.ThrowsAsync<StreamException>(() => sending.Limited("the target's side to be reset"));
        await AssertRefusedAsync(port);
        var notices = await NoticesAsync(client, TunnelErrors.QuotaReached.Code.ToString());
        Assert.Contains("visitors are turned away", notices[^1], StringComparison.Ordinal);
        await edge.StopAsync();

        // What the kernel took of the last piece and the reset threw away is counted as sent.
        var counted = await CountAsync(edge);
        Assert.InRange(counted.BytesOut, received, received + (8L * Megabyte));
        var kinds = (await edge.Data.Events.ListAsync(new EventQuery { AccountId = edge.Owner }, TestContext.Current.CancellationToken).Limited("the events")).Select(one => one.Kind);
        Assert.Contains("quota.reached", kinds);
    }

    [Fact]
    public async Task QuotaCrossedInTheMiddleOfATransfer_SlowsItDown_WhereItIsToThrottle()
    {
        const int Slow = 256 * 1024;
        await using var edge = await StartAsync(new QuotaDefaults { BytesPerDay = 4 * Megabyte, Action = QuotaAction.Throttle, ThrottleTo = Slow });
        await using var client = await WireClient.ConnectAsync(edge);
        using var visitor = await VisitAsync(await OpenAsync(client));
        var (_, stream) = await client.VisitorAsync();
        var sending = SendAsync(stream);
        await ReadAsync(visitor, 4 * Megabyte).Limited("the bytes that the quota allows");

        // Within two seconds it holds; what comes in the next three would have been 12 MB.
        await ReadForAsync(visitor, TimeSpan.FromSeconds(2));
        var slow = await ReadForAsync(visitor, TimeSpan.FromSeconds(3));

        Assert.InRange(slow, 1, 4 * Slow);
        Assert.Contains("slowed down", (await NoticesAsync(client, TunnelErrors.QuotaReached.Code.ToString()))[^1], StringComparison.Ordinal);
        visitor.Dispose();
        await Assert.ThrowsAsync<StreamException>(() => sending.Limited("the end"));
    }

    [Fact]
    public async Task BytesOfATransfer_AreCountedExactly()
    {
        await using var edge = await StartAsync(new QuotaDefaults());
        await using var client = await WireClient.ConnectAsync(edge);
        using var visitor = await VisitAsync(await OpenAsync(client));
        var (_, stream) = await client.VisitorAsync();

        await visitor.SendAsync(new byte[1_234]).Limited("the question");
        visitor.Shutdown(SocketShutdown.Send);
        while (await stream.ReadAsync(new byte[8192], CancellationToken.None).Limited("the question at the target") > 0)
        {
        }

        await stream.WriteAsync(new byte[3_000_001], CancellationToken.None).AsTask().Limited("the answer to be sent");
        stream.CompleteWrites();
        await ReadAsync(visitor, 3_000_001).Limited("the answer");
        Assert.Equal(0, await visitor.ReceiveAsync(new byte[1]).Limited("the end"));
        await edge.StopAsync();

        Assert.Equal(new UsageCount(1_234, 3_000_001, 1, 0, 0, 0), await CountAsync(edge));
    }

    [Fact]
    public async Task VisitorsOverTheQuotaOfConnections_AreTurnedAway_UntilOneGoes()
    {
        await using var edge = await StartAsync(new QuotaDefaults { Connections = 1 });
        await using var client = await WireClient.ConnectAsync(edge);
        var port = await OpenAsync(client);
        var first = await VisitAsync(port);
        var (_, stream) = await client.VisitorAsync();

        await AssertRefusedAsync(port);
        first.Dispose();
        stream.CompleteWrites();
        await Within.UntilAsync(async () => await IsLetInAsync(port), "a visitor to be let in again");
    }

    [Fact]
    public async Task TunnelOverTheQuota_IsRefused_AndThoseThatExistOpen()
    {
        await using var edge = await StartAsync(new QuotaDefaults { Tunnels = 2, Names = 1 });
        await using var client = await WireClient.ConnectAsync(edge);
        await OpenAsync(client);
        Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 0, Name = "web", Proto = "http" }));

        var third = Assert.IsType<TunnelRefused>(await client.OpenAsync(Adb with { Name = "another" }));
        await using var again = await WireClient.ConnectAsync(edge);

        Assert.Equal(TunnelErrors.QuotaFull.Code.ToString(), third.Code);
        Assert.Contains("2 tunnels", third.Text, StringComparison.Ordinal);
        await OpenAsync(again);

        await using var newest = await WireClient.ConnectAsync(edge);

        // A name for what had a port: the account has its one name already.
        Assert.Equal(TunnelErrors.QuotaFull.Code.ToString(), Assert.IsType<TunnelRefused>(await newest.OpenAsync(new OpenTunnel { Request = 0, Name = "adb", Proto = "http", Takeover = true })).Code);
    }

    [Fact]
    public async Task QuotaThatWasUsedUpBeforeARestart_IsUsedUpAfterIt()
    {
        await using var edge = await StartAsync(new QuotaDefaults { BytesPerDay = 1000 });
        await using (var client = await WireClient.ConnectAsync(edge))
        {
            using var visitor = await VisitAsync(await OpenAsync(client));
            var (_, stream) = await client.VisitorAsync();
            await stream.WriteAsync(new byte[1000], CancellationToken.None).AsTask().Limited("the bytes");
            await NoticesAsync(client, TunnelErrors.QuotaReached.Code.ToString());
        }

        await edge.StartAgainAsync();
        await using var returned = await WireClient.ConnectAsync(edge);
        await OpenAsync(returned);

        Assert.NotEmpty(await NoticesAsync(returned, TunnelErrors.QuotaReached.Code.ToString()));
    }

    [Fact]
    public async Task HttpVisitorOfAStoppedTunnel_Gets429_WithTheTimeToComeBack() // SEC-46
    {
        await using var edge = await StartAsync(new QuotaDefaults { RequestsPerDay = 1 });
        await using var client = await WireClient.ConnectAsync(edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 0, Name = "web", Proto = "http", Subdomain = "web" }));
        Assert.NotEmpty(opened.Urls);
        using var caller = new ApiUser(edge, token: null);
        var first = caller.SendAsync("GET", "/", headers: ("Host", "web.localhost"));
        var (_, stream) = await client.VisitorAsync();
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), CancellationToken.None).AsTask().Limited("the answer");
        Assert.Equal((200, "ok"), ((await first).Status, (await first).Text));
        await NoticesAsync(client, TunnelErrors.QuotaReached.Code.ToString());

        var refused = await caller.SendAsync("GET", "/", headers: ("Host", "web.localhost"));

        Assert.Equal((429, TunnelErrors.QuotaReached.Code.ToString()), (refused.Status, refused.Headers["Mport-Error"]));
        Assert.InRange(int.Parse(refused.Headers["Retry-After"], CultureInfo.InvariantCulture), 1, 86_400);
    }

    private static Task<RunningTestEdge> StartAsync(QuotaDefaults quotas) => RunningTestEdge.StartAsync(change: settings => settings with { Quotas = quotas });

    private static async Task<bool> IsLetInAsync(int port)
    {
        try
        {
            using var visitor = await VisitAsync(port);
            var outcome = visitor.ReceiveAsync(new byte[1]);
            return await Task.WhenAny(outcome, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, TestContext.Current.CancellationToken)) != outcome;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // A connection that is refused may be reset before it is known to be there.
    private static Task<SocketException> AssertRefusedAsync(int port) => Assert.ThrowsAsync<SocketException>(async () =>
    {
        using var late = await VisitAsync(port);
        await late.ReceiveAsync(new byte[1]).Limited("the late visitor to be reset");
    });

    private static async Task<UsageCount> CountAsync(RunningTestEdge edge)
    {
        var now = TimeProvider.System.GetUtcNow();
        var points = await edge.Data.Usage.ReadAsync(
            new UsageQuery { AccountId = edge.Owner, Step = UsageStep.Day, From = now.AddDays(-2), To = now.AddDays(2) }, TestContext.Current.CancellationToken).Limited("the usage");
        return points.Aggregate(default(UsageCount), (sum, point) => sum + point.Count);
    }

    // All texts up to the one that has the code.
    private static async Task<List<string>> NoticesAsync(WireClient client, string code)
    {
        var texts = new List<string>();
        while (!texts.Exists(text => text.StartsWith(code, StringComparison.Ordinal)))
        {
            texts.Add(Assert.IsType<Notice>(await client.NextAsync()).Text);
        }

        return texts;
    }

    private static async Task SendAsync(CarrierStream stream)
    {
        using var pause = new PeriodicTimer(PiecePause, TimeProvider.System);
        while (await pause.WaitForNextTickAsync())
        {
            await stream.WriteAsync(new byte[Piece], CancellationToken.None);
        }
    }

    private static async Task<long> ReadToResetAsync(Socket visitor)
    {
        var buffer = new byte[64 * 1024];
        var all = 0L;
        try
        {
            while (true)
            {
                var read = await visitor.ReceiveAsync(buffer);
                Assert.NotEqual(0, read);
                all += read;
            }
        }
        catch (SocketException)
        {
            return all;
        }
    }

    private static async Task<long> ReadForAsync(Socket visitor, TimeSpan time)
    {
        using var over = new CancellationTokenSource(time);
        var buffer = new byte[64 * 1024];
        var all = 0L;
        try
        {
            while (true)
            {
                all += await visitor.ReceiveAsync(buffer, over.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return all;
        }
    }

    private static async Task ReadAsync(Socket visitor, int bytes)
    {
        var buffer = new byte[64 * 1024];
        while (bytes > 0)
        {
            var read = await visitor.ReceiveAsync(buffer.AsMemory(0, Math.Min(buffer.Length, bytes)));
            Assert.NotEqual(0, read);
            bytes -= read;
        }
    }

    private static async Task<int> OpenAsync(WireClient client) => new Uri(Assert.IsType<TunnelOpened>(await client.OpenAsync(Adb)).Urls[0]).Port;

    private static async Task<Socket> VisitAsync(int port)
    {
        var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await visitor.ConnectAsync(IPAddress.Loopback, port).Limited("a visitor's connection");
        return visitor;
    }
}
