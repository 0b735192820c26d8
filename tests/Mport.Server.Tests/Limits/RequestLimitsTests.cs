using System.Diagnostics;
using System.Net.Sockets;
using Mport.Protocol.Carriers;
using Mport.Server.Limits;
using Mport.Server.Tests.Edge.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Limits;

/// <summary>The limits as a visitor of an HTTP tunnel meets them.</summary>
public sealed class RequestLimitsTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: app.edge.test\r\n\r\n";

    [Theory]
    [InlineData("account", 429, "MP-3015", "5")]
    [InlineData("address", 429, "MP-3016", "5")]
    [InlineData("tunnel", 503, "MP-3008", "1")]
    [InlineData("edge", 503, "MP-3017", "5")]
    public async Task RequestOverALimit_GetsAPageThatSaysWhen(string limit, int status, string code, string retryAfter) // SEC-46
    {
        var all = new EdgeLimits { MaxVisitors = 10, MaxVisitorsPerAccount = 10, MaxVisitorsPerAddress = 10, MaxVisitorsPerTunnel = 10 };
        var limits = limit switch
        {
            "account" => all with { MaxVisitorsPerAccount = 1 },
            "address" => all with { MaxVisitorsPerAddress = 1 },
            "tunnel" => all with { MaxVisitorsPerTunnel = 1 },
            _ => all with { MaxVisitors = 1 },
        };
        await using var edge = await EdgeUnderTest.StartAsync(limits: limits);
        using var asked = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        var target = edge.Own(AnswersWhenTold(asked, go));
        await edge.AddTunnelAsync("app", target.Port);
        using var first = await edge.ConnectAsync();
        await first.SendAsync(Get);
        await asked.WaitAsync(TestContext.Current.CancellationToken).Limited("the first request at the target");

        using var second = await edge.ConnectAsync();
        var refused = await second.AskAsync(Get);
        go.Release(2);
        Assert.Equal(200, (await first.ReadResponseAsync()).Status);

        Assert.Equal(status, refused.Status);
        Assert.StartsWith(code, refused.Body, StringComparison.Ordinal);
        Assert.Equal(retryAfter, Assert.Single(refused.Headers["Retry-After"]));
        await ServedAsync(second);
    }

    [Fact]
    public async Task MemoryNearlyUsedUp_TakesNoNewRequest() // REL-36
    {
        var memory = new MemoryBudget(1000);
        await using var edge = await EdgeUnderTest.StartAsync(memory: memory);
        var target = edge.Own(HttpScripts.ReflectsHead());
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();
        Assert.True(memory.TryTake(900));

        var refused = await visitor.AskAsync(Get);
        memory.Return(900);

        Assert.StartsWith("MP-3017", refused.Body, StringComparison.Ordinal);
        Assert.Equal(200, (await visitor.AskAsync(Get)).Status);
    }

    [Fact]
    public async Task ConnectionsOfOneAddress_EndAtTheLimit_AndAPlaceThatIsLeftIsGivenAgain()
    {
        await using var edge = await EdgeUnderTest.StartAsync(options => options with { MaxHttpConnectionsPerAddress = 2 });
        using var first = await edge.ConnectAsync();
        await first.AskAsync(Get);
        using (var second = await edge.ConnectAsync())
        {
            await second.AskAsync(Get);
            using var third = await edge.ConnectAsync();
            await third.SendAsync(Get);
            await Assert.ThrowsAnyAsync<IOException>(() => third.ReadHeadAsync());
        }

        // The edge hears of the end by itself: a place is free a moment after, and until then a newcomer is reset.
        await Within.UntilAsync(IsServedAsync, "a free place");

        async ValueTask<bool> IsServedAsync()
        {
            using var next = await edge.ConnectAsync();
            try
            {
                await next.SendAsync(Get);
                Assert.Equal(404, (await next.ReadResponseAsync()).Status);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task TunnelBandwidth_HoldsForAnswersToo()
    {
        const int Rate = 512 * 1024;
        await using var edge = await EdgeUnderTest.StartAsync(limits: new EdgeLimits { TunnelBandwidth = Rate });
        var body = new string('x', Rate);
        var target = edge.Own(HttpScripts.AnswersEach($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        await edge.AddTunnelAsync("app", target.Port);
        using var visitor = await edge.ConnectAsync();
        var began = Stopwatch.StartNew();

        Assert.Equal(body, (await visitor.AskAsync(Get)).Body);

        // All but the burst of 64 KiB.
        Assert.True(began.Elapsed >= TimeSpan.FromSeconds(0.8), $"{body.Length} bytes took {began.Elapsed}");
    }

    // The place of the first request is given back when its answer has been sent, which its visitor may read before.
    private static Task ServedAsync(RawVisitor visitor) =>
        Within.UntilAsync(async () => (await visitor.AskAsync(Get)).Status is 200, "a free place");

    private static ScriptedServer AnswersWhenTold(SemaphoreSlim asked, SemaphoreSlim go) => ScriptedServer.Start(async (socket, stop) =>
    {
        while (await HttpScripts.ReadHeadAsync(socket, stop) is { Length: > 0 })
        {
            asked.Release();
            await go.WaitAsync(stop);
            go.Release();
            await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), SocketFlags.None, stop);
        }
    });
}
