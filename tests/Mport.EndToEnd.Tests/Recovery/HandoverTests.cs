using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Mport.EndToEnd.Tests.Http;
using Mport.EndToEnd.Tests.Kit;
using Mport.EndToEnd.Tests.Tcp;
using Mport.EndToEnd.Tests.Udp;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Recovery;

/// <summary>Another process takes a running edge's place, and nobody notices (REL-18).</summary>
public sealed partial class HandoverTests
{
    private const long HalfAGigabyte = 1L << 29;
    private const int Requests = 10_000;
    private static readonly TimeSpan LoadLimit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task UnderLoad_NoneOfTenThousandRequestsFails_Rel18() // REL-46
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = await WebTarget.StartAsync();
        await using var http = await ServedTunnel.HttpAsync(edge, target.Port);
        await using var tcp = await ServedTunnel.TcpAsync(edge, target.Port);
        RequestLoop[] loops =
        [
            new(http.Url, "/hello", keepsAlive: true),
            new(http.Url, "/hello", keepsAlive: true),
            new(http.Url, "/hello", keepsAlive: false),
            new(tcp.Url, "/hello", keepsAlive: false),
            new(tcp.Url, "/hello", keepsAlive: true),
        ];
        using var stop = new CancellationTokenSource();
        var running = loops.Select(loop => loop.RunAsync(stop.Token)).ToList();
        await AnsweredAsync(loops, Requests / 4);

        var former = await edge.TakeOverAsync();
        await http.Client.NextAsync("tunnel.ready");
        await tcp.Client.NextAsync("tunnel.ready");
        await AnsweredAsync(loops, Requests);
        await stop.CancelAsync();
        await Task.WhenAll(running).Limited("the visitors to stop");

        Assert.Empty(loops.SelectMany(loop => loop.Failures));
        Assert.True(loops.Sum(loop => loop.Answers) >= Requests);
        Assert.All(loops, loop => Assert.True(loop.Answers > 100, $"One visitor got {loop.Answers} answers alone."));
        Assert.Equal(0, await former.ExitAsync("the old process to end by itself"));
        edge.AssertNoErrorLogged();
    }

    [Fact]
    public async Task RunningGigabytes_ArriveWholeBothWays_Rel18()
    {
        await using var edge = await EdgeProcess.StartAsync();
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var arrived = new TaskCompletionSource<string[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var sent = new TaskCompletionSource<string[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upload = ScriptedServer.Start(async (socket, _) => arrived.TrySetResult(await HashHalvesAsync(socket)));
        await using var download = ScriptedServer.Start(async (socket, stop) =>
        {
            sent.TrySetResult(await SendHalvesAsync(socket, 1, changed.Task, stop));
            socket.Shutdown(SocketShutdown.Send);
            await socket.ReceiveAsync(new byte[1], SocketFlags.None, stop);
        });
        await using var up = await ServedTunnel.TcpAsync(edge, upload.Port);
        await using var down = await ServedTunnel.TcpAsync(edge, download.Port);
        using var sender = await Visitor.ConnectAsync(up.Url);
        using var receiver = await Visitor.ConnectAsync(down.Url);
        var receiving = HashHalvesAsync(receiver);
        var sending = SendHalvesAsync(sender, 2, changed.Task, CancellationToken.None);

        var former = await edge.TakeOverAsync();
        await down.Client.NextAsync("tunnel.ready");
        changed.SetResult();

        var hashes = await sending.Limited("a visitor to send 1 GB", LoadLimit);
        Assert.Equal(await sent.Task.Limited("the target to send 1 GB", LoadLimit), await receiving.Limited("a visitor to receive 1 GB", LoadLimit));
        Assert.Equal(hashes, await arrived.Task.Limited("1 GB at the target", LoadLimit));
        receiver.Dispose();
        sender.Dispose();
        Assert.Equal(0, await former.ExitAsync("the old process to end by itself"));
    }

    [Fact]
    public async Task TwiceInARow_EachProcessFinishesWhatItHas()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = new HeldTarget();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        using var first = await Visitor.ConnectAsync(tunnel.Url);
        await Visitor.ReadAsync(first, "begun".Length);

        var a = await edge.TakeOverAsync();
        await tunnel.Client.NextAsync("tunnel.ready");
        using var second = await Visitor.ConnectAsync(tunnel.Url);
        await Visitor.ReadAsync(second, "begun".Length);
        var b = await edge.TakeOverAsync();
        await tunnel.Client.NextAsync("tunnel.ready");
        using var third = await Visitor.ConnectAsync(tunnel.Url);
        await Visitor.ReadAsync(third, "begun".Length);
        Assert.False(a.HasExited);
        Assert.False(b.HasExited);
        target.Finish();

        foreach (var visitor in new[] { first, second, third })
        {
            Assert.Equal(" and done", await Visitor.ReadToEndAsync(visitor));
            visitor.Dispose();
        }

        Assert.Equal(0, await a.ExitAsync("the first process to end by itself"));
        Assert.Equal(0, await b.ExitAsync("the second process to end by itself"));
        Assert.Equal(0, await edge.StopAsync());
    }

    [Fact]
    public async Task ClientThatSleepsThroughTwo_FindsItsAddress_AndItsVisitorsWait()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = TargetServers.Echo();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        tunnel.Client.Send(Signal.Stop);

        await edge.TakeOverAsync();
        await edge.TakeOverAsync();
        using var waiting = await Visitor.ConnectAsync(tunnel.Url);
        tunnel.Client.Send(Signal.Continue);

        Assert.Equal(tunnel.Url, await tunnel.Client.ReadyAsync());
        await waiting.SendAsync("waited"u8.ToArray());
        await Visitor.ReadAsync(waiting, "waited".Length);
    }

    [Fact]
    public async Task HangUp_StartsTheProgramAnewInItsPlace()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = TargetServers.AnswersAtEnd();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);

        edge.Process.Send(Signal.HangUp);
        var (line, _) = await edge.Log.FirstAsync(line => SuccessorLine().IsMatch(line), "the edge to start its successor");
        var successor = int.Parse(SuccessorLine().Match(line).Groups["process"].Value);
        try
        {
            await tunnel.Client.NextAsync("tunnel.ready");
            Assert.Equal(0, await edge.Process.StatusAsync("the old process to end by itself"));
            Assert.Equal("5 bytes", await Visitor.ExchangeAsync(tunnel.Url, "12345"));
        }
        finally
        {
            ProgramProcess.Send(successor, Signal.Kill);
        }
    }

    [Fact]
    public async Task NewcomerThatCannotStart_LeavesTheEdgeAsItWas() // REL-50
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = TargetServers.AnswersAtEnd();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);

        await using var newcomer = edge.LaunchSuccessor(target.Port);

        Assert.Equal(3, await newcomer.ExitAsync("the newcomer to give up"));
        Assert.Contains(newcomer.Errors.Lines, line => line.Contains("MP-2001", StringComparison.Ordinal));
        await edge.Log.FirstAsync(line => line.Contains("this edge goes on", StringComparison.Ordinal), "the edge to say that it goes on");
        Assert.Equal("5 bytes", await Visitor.ExchangeAsync(tunnel.Url, "12345"));
        await using var another = await ServedTunnel.TcpAsync(edge, target.Port, "--name", "another");
        Assert.Equal("2 bytes", await Visitor.ExchangeAsync(another.Url, "12"));
        await edge.TakeOverAsync();
    }

    [Fact]
    public async Task OldProcessToldToStop_CutsWhatIsLeftWhenTheDrainIsOver_Rel19()
    {
        await using var edge = await EdgeProcess.StartAsync("--drain", "1s");
        await using var target = new HeldTarget();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        using var visitor = await Visitor.ConnectAsync(tunnel.Url);
        await Visitor.ReadAsync(visitor, "begun".Length);
        var former = await edge.TakeOverAsync();
        await tunnel.Client.NextAsync("tunnel.ready");

        former.Send(Signal.Terminate);

        Assert.Equal(0, await former.ExitAsync("the old process to end"));
    }

    [Fact]
    public async Task OldProcess_CutsWhatIsLeftWhenItsTimeIsOver()
    {
        await using var edge = await EdgeProcess.StartAsync("--drain", "1h", "--handover-drain", "1s");
        await using var target = new HeldTarget();
        await using var tunnel = await ServedTunnel.TcpAsync(edge, target.Port);
        using var visitor = await Visitor.ConnectAsync(tunnel.Url);
        await Visitor.ReadAsync(visitor, "begun".Length);

        var former = await edge.TakeOverAsync();

        Assert.Equal(0, await former.ExitAsync("the old process to end"));
        Assert.Contains(former.Errors.Lines, line => line.Contains("1 connections of visitors are cut", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunningRequestAndTheNextOnItsConnection_AreAnswered()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var target = await WebTarget.StartAsync();
        await using var tunnel = await ServedTunnel.HttpAsync(edge, target.Port);
        using var visitor = new WebVisitor(edge);
        using var body = new SlowContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(tunnel.Url, "/pieces"));
        request.Content = body;
        var answering = visitor.SendAsync(request);
        await body.WriteAsync("one");
        Assert.Equal("one", await target.PieceAsync());

        var former = await edge.TakeOverAsync();
        await tunnel.Client.NextAsync("tunnel.ready");
        await body.WriteAsync("two");
        Assert.Equal("two", await target.PieceAsync());
        body.Complete();

        using (var answer = await answering)
        {
            Assert.Equal("chunked", await answer.Content.ReadAsStringAsync());
        }

        using var next = new HttpRequestMessage(HttpMethod.Get, new Uri(tunnel.Url, "/hello"));
        using var last = await visitor.SendAsync(next);
        Assert.Equal("hello", await last.Content.ReadAsStringAsync());
        Assert.Equal(0, await former.ExitAsync("the old process to end by itself"));
    }

    [Fact]
    public async Task UdpVisitor_GetsEachAnswer()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var echo = new UdpEcho();
        await using var tunnel = await ServedTunnel.UdpAsync(edge, echo.Port);
        using var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await visitor.ConnectAsync(IPAddress.Loopback, tunnel.Url.Port);
        using var stop = new CancellationTokenSource();
        var exchanging = ExchangeAsync();

        var former = await edge.TakeOverAsync();
        await tunnel.Client.NextAsync("tunnel.ready");
        Assert.Equal(0, await former.ExitAsync("the old process to end by itself"));
        await stop.CancelAsync();

        Assert.True(await exchanging > 0);

        async Task<int> ExchangeAsync()
        {
            var answer = new byte[16];
            var count = 0;
            for (; !stop.IsCancellationRequested; count++)
            {
                await visitor.SendAsync(BitConverter.GetBytes(count), SocketFlags.None);
                await visitor.ReceiveAsync(answer, SocketFlags.None).Limited($"the answer to datagram {count}");
                Assert.Equal(count, BitConverter.ToInt32(answer));
            }

            return count;
        }
    }

    [Fact]
    public async Task NoEdgeRuns_StartsAsUsual()
    {
        await using var edge = await EdgeProcess.StartAsync("--takeover");

        Assert.Contains(edge.Log.Lines, line => line.Contains("nothing to take over", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"SIGHUP: .* as process (?<process>\d+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex SuccessorLine();

    private static async Task AnsweredAsync(RequestLoop[] loops, int answers)
    {
        await WaitAsync().Limited($"{answers} answers", LoadLimit);

        async Task WaitAsync()
        {
            // A visitor on the outside tells nobody how far it is.
            while (loops.Sum(loop => loop.Answers) < answers && loops.All(loop => loop.Failures.Count == 0))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    private static async Task<string[]> SendHalvesAsync(Socket socket, int seed, Task between, CancellationToken stop)
    {
        var first = await RandomData.SendAsync(socket, seed, HalfAGigabyte, stop);
        await between.WaitAsync(stop);
        return [first, await RandomData.SendAsync(socket, seed + 10, HalfAGigabyte, stop)];
    }

    private static async Task<string[]> HashHalvesAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket);
        return [await RandomData.HashAsync(stream, HalfAGigabyte), await RandomData.HashAsync(stream, HalfAGigabyte)];
    }
}
