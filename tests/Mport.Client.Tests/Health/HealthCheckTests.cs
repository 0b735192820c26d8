using System.Net.Sockets;
using System.Text;
using Mport.Protocol.Control;
using Mport.Protocol.ProxyProtocol;
using Mport.Testing;

namespace Mport.Client.Tests.Health;

/// <summary>The health check of a tunnel: what it asks the target, and what it tells the edge.</summary>
public sealed class HealthCheckTests
{
    private static readonly HealthCheck _tcp = new() { Interval = TimeSpan.FromMilliseconds(20), Timeout = TimeSpan.FromSeconds(5), Threshold = 2 };

    [Fact]
    public async Task TargetThatTakesConnections_IsWell()
    {
        await using var edge = new FakeEdge();
        await using var target = ScriptedServer.Start((_, _) => Task.CompletedTask);
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(target.Port) with { Health = _tcp });

        Assert.True((await client.Events.NextAsync<TunnelHealthChanged>()).Healthy);
        Assert.True(client.Client.Status.Tunnels[0].Healthy);
    }

    [Fact]
    public async Task TargetWhereNothingListens_IsIll_AndTheEdgeIsTold()
    {
        await using var edge = new FakeEdge();
        using var nobody = new ReservedPort();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(nobody.Port) with { Health = _tcp });
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(7);

        var told = await session.ReceiveAsync<TunnelHealth>();

        Assert.Equal((7, false), (told.Number, told.Healthy));
        Assert.Contains("refused the connection", told.Text, StringComparison.Ordinal);
        Assert.False(client.Client.Status.Tunnels[0].Healthy);
    }

    [Fact]
    public async Task AnswersOfAPath_DecideByTheirStatus()
    {
        await using var edge = new FakeEdge();
        var statuses = new Queue<string>(["204 No Content", "302 Found", "500 Oops", "404 Not Found", "200 OK", "200 OK"]);
        var requests = new List<string>();
        await using var target = ScriptedServer.Start(async (socket, cancel) =>
        {
            requests.Add(await ReadHeadAsync(socket, cancel));
            var status = statuses.Count > 1 ? statuses.Dequeue() : statuses.Peek();
            await socket.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"), cancel);
        });
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(target.Port) with { Health = _tcp with { Path = "/healthz?deep=1" } });

        var (first, ill, again) = (await client.Events.NextAsync<TunnelHealthChanged>(), await client.Events.NextAsync<TunnelHealthChanged>(), await client.Events.NextAsync<TunnelHealthChanged>());

        Assert.Equal((true, false, true), (first.Healthy, ill.Healthy, again.Healthy));
        Assert.EndsWith("answered 204.", first.Text, StringComparison.Ordinal);
        Assert.EndsWith("answered 404.", ill.Text, StringComparison.Ordinal);
        Assert.StartsWith($"GET /healthz?deep=1 HTTP/1.1\r\nHost: 127.0.0.1:{target.Port}\r\n", requests[0], StringComparison.Ordinal);
        Assert.Contains("User-Agent: mport-health/", requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task TargetThatStalls_IsIllAfterTheTimeout()
    {
        await using var edge = new FakeEdge();
        await using var target = ScriptedServer.Start((_, cancel) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel));
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(target.Port) with { Health = _tcp with { Path = "/", Timeout = TimeSpan.FromMilliseconds(100) } });

        var ill = await client.Events.NextAsync<TunnelHealthChanged>();

        Assert.False(ill.Healthy);
        Assert.Contains("had no answer in 0.1 s", ill.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NewSession_IsToldTheVerdictAgain()
    {
        await using var edge = new FakeEdge();
        using var nobody = new ReservedPort();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(nobody.Port) with { Health = _tcp });
        var first = await edge.SessionAsync();
        await first.OpenTunnelAsync(1);
        await first.ReceiveAsync<TunnelHealth>();
        await first.SendAsync(new Goodbye { Text = "The edge is being replaced.", Retry = true });

        var second = await edge.SessionAsync();
        await second.OpenTunnelAsync(9);
        var told = await second.ReceiveAsync<TunnelHealth>();

        Assert.Equal((9, false), (told.Number, told.Healthy));
    }

    [Fact]
    public async Task TargetThatWaitsForAProxyHeader_GetsOneThatNamesNobody()
    {
        await using var edge = new FakeEdge();
        var seen = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var target = ScriptedServer.Start(async (socket, cancel) =>
        {
            var buffer = new byte[64];
            seen.TrySetResult(buffer[..await socket.ReceiveAsync(buffer, cancel)]);
        });
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(target.Port) with { Health = _tcp, ProxyProtocol = 2 });

        Assert.Equal(ProxyHeaderV2.Write(ProxyHeader.Unknown), await seen.Task.Limited("a header"));
    }

    private static async Task<string> ReadHeadAsync(Socket socket, CancellationToken cancel)
    {
        var head = new StringBuilder();
        var buffer = new byte[1024];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await socket.ReceiveAsync(buffer, cancel);
            if (count == 0)
            {
                break;
            }

            head.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        return head.ToString();
    }
}
