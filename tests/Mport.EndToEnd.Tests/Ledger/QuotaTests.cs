using System.Net.Sockets;
using Mport.EndToEnd.Tests.Kit;
using Mport.EndToEnd.Tests.Tcp;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Ledger;

/// <summary>Quotas and usage as the two programs keep them.</summary>
public sealed class QuotaTests
{
    private const int Megabyte = 1 << 20;
    private const int Quota = 16 * Megabyte;

    // The target sends eight megabytes a second.
    private const int Rate = 8 * Megabyte;
    private const int Pieces = 32;

    [Fact]
    public async Task QuotaCrossedInTheMiddleOfALargeTransfer_StopsIt_AndTheCountIsWhatPassed()
    {
        await using var edge = await EdgeProcess.StartAsync("--quota-bytes-per-day", "16M");
        await using var target = ScriptedServer.Start(SendAsync);
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        using var visitor = await Visitor.ConnectAsync(tunnel.Url);

        var received = await ReadToResetAsync(visitor).Limited("the transfer to be stopped");
        var notice = await tunnel.Client.NextAsync("notice");
        while (!notice["text"].StartsWith("MP-1250", StringComparison.Ordinal))
        {
            notice = await tunnel.Client.NextAsync("notice");
        }

        // What passes in two seconds, and what the system's buffers hold.
        Assert.InRange(received, Quota, Quota + (2 * Rate));
        await Assert.ThrowsAsync<SocketException>(() => VisitAsync(tunnel.Url));
        await edge.StopAsync();
        await edge.StartAgainAsync();

        // A reset throws away what the visitor's kernel had not given out yet; nothing else is missing.
        using var api = new EdgeApi(edge);
        Assert.InRange(await api.UsedAsync("bytes_out"), received, received + (8L * Megabyte));
    }

    [Fact]
    public async Task QuotaSetWhileATransferRuns_TakesEffectOnIt()
    {
        const int Slow = 64 * 1024;
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = ScriptedServer.Start(SendAsync);
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        using var visitor = await Visitor.ConnectAsync(tunnel.Url);
        await Visitor.ReadAsync(visitor, Rate);

        await edge.AdministerAsync("quota", "set", EdgeProcess.Owner, "--bytes-per-day", "1M", "--action", "throttle", "--throttle-to", "64k");
        await ReadForAsync(visitor, TimeSpan.FromSeconds(2.5));
        var slow = await ReadForAsync(visitor, TimeSpan.FromSeconds(3));

        // Unhindered it would be 24 MB.
        Assert.InRange(slow, 1, Slow * 5);
        await edge.AdministerAsync("quota", "clear", EdgeProcess.Owner);
        await Visitor.ReadAsync(visitor, Rate);
    }

    [Fact]
    public async Task TunnelMoreThanTheQuota_EndsTheClientWithExitCode7()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await edge.AdministerAsync("quota", "set", EdgeProcess.Owner, "--tunnels", "1");
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        using var home = new ClientHome();

        await Within.UntilAsync(async () => (await edge.AdministerAsync("quota", "list")).Contains("tunnels=1", StringComparison.Ordinal), "the quota to be listed");
        await using var refused = ClientProcess.Start(edge, home, "tcp", "1", "--name", "another");

        await refused.FailedAsync(7, "MP-1251");
    }

    [Fact]
    public async Task Counts_AreExact_ForTcpHttpAndUdp()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var echo = TargetServers.Echo();
        var seen = new TaskCompletionSource<(int In, int Out)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var web = ScriptedServer.Start(async (socket, stop) => seen.TrySetResult(await AnswerAsync(socket, stop)));
        using var udp = new UdpClient(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        await using var tcpTunnel = await ServedTunnel.TcpAsync(edge, echo.Port);
        await using var httpTunnel = await ServedTunnel.HttpAsync(edge, web.Port);
        await using var udpTunnel = await ServedTunnel.UdpAsync(edge, ((System.Net.IPEndPoint)udp.Client.LocalEndPoint!).Port);

        await Visitor.ExchangeAsync(tcpTunnel.Url, new string('x', 300_000));
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://localhost:{edge.HttpPort}/") { Headers = { Host = httpTunnel.Url.Host }, Content = new ByteArrayContent(new byte[20_000]) };
        using var response = await http.SendAsync(request).Limited("the answer over HTTP");
        Assert.Equal(5_000, (await response.Content.ReadAsByteArrayAsync().Limited("its body")).Length);
        await ExchangeAsync(udpTunnel.Url, udp, count: 50);
        await edge.StopAsync();
        await edge.StartAgainAsync();

        using var api = new EdgeApi(edge);
        var (httpIn, httpOut) = await seen.Task.Limited("what the HTTP target saw");
        var tunnels = (await api.GetAsync("/usage?step=day&by=tunnel")).GetProperty("data").EnumerateArray()
            .Select(point => (In: point.GetProperty("bytes_in").GetInt64(), Out: point.GetProperty("bytes_out").GetInt64(), Connections: point.GetProperty("connections").GetInt64(), Requests: point.GetProperty("requests").GetInt64(), Datagrams: point.GetProperty("datagrams_in").GetInt64() + point.GetProperty("datagrams_out").GetInt64()))
            .OrderBy(point => point.Datagrams).ThenBy(point => point.Requests).ToList();
        Assert.Equal([(300_000L, 300_000L, 1L, 0L, 0L), (httpIn, httpOut, 0L, 1L, 0L), (50 * 100L, 50 * 100L, 0L, 0L, 100L)], tunnels);
    }

    [Fact]
    public async Task EdgeKilledDuringTraffic_LosesTenSecondsOfCountsAtMost()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = ScriptedServer.Start(SendAsync);
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        using var visitor = await Visitor.ConnectAsync(tunnel.Url);

        var received = await ReadForAsync(visitor, TimeSpan.FromSeconds(13));
        await edge.KillAsync();
        visitor.Dispose();
        await edge.StartAgainAsync();

        using var api = new EdgeApi(edge);
        var counted = await api.UsedAsync("bytes_out");
        Assert.InRange(counted, Math.Max(1, received - (10L * Rate)), received + (8L * Megabyte));
        Assert.Contains("are whole", await edge.AdministerAsync("audit", "verify"), StringComparison.Ordinal);
    }

    private static async Task SendAsync(Socket socket, CancellationToken stop)
    {
        var piece = new byte[Rate / Pieces];
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / Pieces), TimeProvider.System);
        try
        {
            while (await beat.WaitForNextTickAsync(stop))
            {
                await TargetServers.SendAllAsync(socket, piece, stop);
            }
        }
        catch (SocketException)
        {
            // The client was told that the visitor is gone.
        }
    }

    private static async Task<(int In, int Out)> AnswerAsync(Socket socket, CancellationToken stop)
    {
        var buffer = new byte[64 * 1024];
        var all = new List<byte>();
        while (EndOf(all) is not { } end || all.Count < end + 20_000)
        {
            var read = await socket.ReceiveAsync(buffer, stop);
            all.AddRange(buffer.AsSpan(0, read));
        }

        byte[] answer = [.. "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n"u8, .. new byte[5_000]];
        await TargetServers.SendAllAsync(socket, answer, stop);
        return (all.Count, answer.Length);
    }

    private static int? EndOf(List<byte> request)
    {
        var end = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(request).IndexOf("\r\n\r\n"u8);
        return end < 0 ? null : end + 4;
    }

    private static async Task ExchangeAsync(Uri url, UdpClient target, int count)
    {
        using var visitor = new UdpClient("127.0.0.1", url.Port);
        for (var number = 0; number < count; number++)
        {
            await visitor.SendAsync(new byte[100]).Limited("a datagram");
            var asked = await target.ReceiveAsync().Limited("the datagram at the target");
            await target.SendAsync(asked.Buffer, asked.RemoteEndPoint).Limited("the answer");
            Assert.Equal(100, (await visitor.ReceiveAsync().Limited("the answer at the visitor")).Buffer.Length);
        }
    }

    // A connection that is refused may be reset before it is known to be there.
    private static async Task VisitAsync(Uri url)
    {
        using var visitor = await Visitor.ConnectAsync(url);
        await visitor.ReceiveAsync(new byte[1]).Limited("the late visitor to be turned away");
    }

    private static async Task<long> ReadToResetAsync(Socket visitor)
    {
        var buffer = new byte[64 * 1024];
        var all = 0L;
        try
        {
            while (await visitor.ReceiveAsync(buffer) is > 0 and var read)
            {
                all += read;
            }

            throw new InvalidOperationException("The transfer ended in order.");
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
}
