using System.Net;
using System.Net.Sockets;
using System.Text;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Streams;
using Mport.Testing;

namespace Mport.Client.Tests;

public sealed class VisitorTests
{
    [Fact]
    public async Task Bytes_GoThroughBothWays_AndAreCountedAsTheyFlow()
    {
        await using var target = TargetServers.Echo();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(target.Port));
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);

        var (stream, answer) = await session.VisitAndReadAnswerAsync(1);
        Assert.Equal(StreamStatus.Connected, answer.Status);
        await WriteAsync(stream, "hello");
        Assert.Equal("hello", await ReadAsync(stream, 5));

        var opened = await client.Events.NextAsync<ConnectionOpened>();
        Assert.Equal(IPEndPoint.Parse("203.0.113.7:4321"), opened.Visitor);

        // A count may follow its bytes by a moment; once the next bytes have come through, it has.
        await WriteAsync(stream, "again");
        Assert.Equal("again", await ReadAsync(stream, 5));
        var open = client.Client.Status.Tunnels[0];
        Assert.Equal((1, 1L), (open.Open, open.Total));
        Assert.InRange(open.BytesIn, 5, 10);
        Assert.InRange(open.BytesOut, 5, 10);

        stream.CompleteWrites();
        Assert.Equal("", await ReadToEndAsync(stream));
        var closed = await client.Events.NextAsync<ConnectionClosed>();
        Assert.Equal((opened.Connection, 10L, 10L, (Failure?)null), (closed.Connection, closed.BytesIn, closed.BytesOut, closed.Failure));
        Assert.Equal((0, 1L), (client.Client.Status.Tunnels[0].Open, client.Client.Status.Tunnels[0].Total));
    }

    [Fact]
    public async Task BytesSentBeforeTheTargetAnswered_ArriveFirst()
    {
        await using var target = TargetServers.Echo();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(target.Port));
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);

        var stream = await session.VisitAsync(1);
        await WriteAsync(stream, "early");
        Assert.Equal(StreamStatus.Connected, (await StreamAnswer.ReadAsync(stream, default).Limited("the answer")).Status);

        Assert.Equal("early", await ReadAsync(stream, 5));
    }

    [Fact]
    public async Task UnknownTunnelNumber_IsForbidden_AndNothingIsDialled_Sec26()
    {
        await using var target = TargetServers.Echo();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(target.Port));
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);

        var (stream, answer) = await session.VisitAndReadAnswerAsync(2);

        Assert.Equal(StreamStatus.Forbidden, answer.Status);
        Assert.Equal("", await ReadToEndAsync(stream));
        Assert.Equal(2, (await client.Events.NextAsync<StreamForbidden>()).TunnelNumber);
        Assert.Equal(0, target.Accepted);
        Assert.DoesNotContain(client.Events.All, one => one is ConnectionOpened);
    }

    [Fact]
    public async Task NothingListens_TheEdgeIsToldAtOnce_AndTheUserToo_Rel3() // REL-03
    {
        using var port = new ReservedPort();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(port.Port));
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);

        var (stream, answer) = await session.VisitAndReadAnswerAsync(1);

        Assert.Equal(StreamStatus.Refused, answer.Status);
        Assert.Contains($"127.0.0.1:{port.Port} refused", answer.Text, StringComparison.Ordinal);
        Assert.Equal("", await ReadToEndAsync(stream));
        Assert.Equal(ConnectionErrors.TargetRefused.Code, (await client.Events.NextAsync<ConnectionClosed>()).Failure?.Code);
        Assert.Contains(client.Events.All, one => one is TargetDown);
    }

    [Fact]
    public async Task ManyRefusedVisitors_TheUserHearsOnceASecond()
    {
        var time = new ManualTimeProvider();
        using var port = new ReservedPort();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(RunningClient.Options(edge.Port, edge.Pin, RunningClient.Tcp(port.Port)), time: time);
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        await client.Events.NextAsync<TargetDown>();

        for (var i = 0; i < 5; i++)
        {
            await session.VisitAndReadAnswerAsync(1);
        }

        Assert.Single(client.Events.All.OfType<TargetDown>());
        time.Advance(TimeSpan.FromSeconds(1));
        await session.VisitAndReadAnswerAsync(1);
        await client.Events.NextAsync<TargetDown>();
    }

    [Fact]
    public async Task SilentTarget_TimesOut() // REL-04
    {
        var status = await AnswerAsync(async cancelled =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
            throw new System.Diagnostics.UnreachableException();
        });

        Assert.Equal(StreamStatus.TimedOut, status);
    }

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets, StreamStatus.Overloaded)]
    [InlineData(SocketError.AddressNotAvailable, StreamStatus.Overloaded)]
    [InlineData(SocketError.HostUnreachable, StreamStatus.Unreachable)]
    [InlineData(SocketError.ConnectionRefused, StreamStatus.Refused)]
    public async Task EachWayToFail_HasItsAnswer_Rel33_Rel34(SocketError error, StreamStatus status) => // REL-33, REL-34
        Assert.Equal(status, await AnswerAsync(_ => throw new SocketException((int)error)));

    [Fact]
    public async Task Localhost_FindsAServiceOnIPv6Alone()
    {
        await using var target = TargetServers.Echo(IPAddress.IPv6Loopback);
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(target.Port) with { Target = new TargetAddress("localhost", target.Port) });
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);

        Assert.Equal(StreamStatus.Connected, (await session.VisitAndReadAnswerAsync(1)).Answer.Status);
    }

    [Fact]
    public async Task HalfClose_ReachesTheTarget_AndItsAnswerComesBackWhole_Rel52() // REL-52
    {
        await using var target = TargetServers.AnswersAtEnd();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(target.Port));
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        var (stream, _) = await session.VisitAndReadAnswerAsync(1);

        await stream.WriteAsync(new byte[300_000], default).Limited("the request");
        stream.CompleteWrites();

        Assert.Equal("300000 bytes", await ReadToEndAsync(stream));
    }

    [Fact]
    public async Task ResetOfTheTarget_IsAResetForTheVisitor_Rel53() // REL-53
    {
        await using var target = TargetServers.Resets();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(target.Port));
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        var (stream, _) = await session.VisitAndReadAnswerAsync(1);

        await WriteAsync(stream, "x");

        await Assert.ThrowsAsync<StreamException>(() => stream.ReadAsync(new byte[1], default).Limited("the reset"));
        Assert.Equal(ProtocolErrors.StreamReset.Code, (await client.Events.NextAsync<ConnectionClosed>()).Failure?.Code);
    }

    [Fact]
    public async Task ResetOfTheVisitor_IsAResetForTheTarget_Rel53() // REL-53
    {
        var seen = new TaskCompletionSource<SocketError>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var target = ScriptedServer.Start(async (socket, stop) =>
        {
            try
            {
                await socket.ReceiveAsync(new byte[1], SocketFlags.None, stop);
                seen.SetResult(SocketError.Success);
            }
            catch (SocketException error)
            {
                seen.SetResult(error.SocketErrorCode);
            }
        });
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(target.Port));
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        var (stream, _) = await session.VisitAndReadAnswerAsync(1);

        stream.Reset();

        Assert.Equal(SocketError.ConnectionReset, await seen.Task.Limited("the target to see the reset"));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFF, 1, 2, 3 })]
    [InlineData(new byte[] { 0, 7, 9, 1, 0, 0, 0, 1, 0 })]
    [InlineData(new byte[] { 0, 0 })]
    public async Task WrongPrelude_ResetsTheStreamAlone(byte[] prelude)
    {
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge);
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);

        var stream = await session.Carrier.OpenStreamAsync(prelude, default).Limited("a stream");

        await Assert.ThrowsAsync<StreamException>(() => stream.ReadAsync(new byte[1], default).Limited("the reset"));
        Assert.Equal(StreamStatus.Refused, (await session.VisitAndReadAnswerAsync(1)).Answer.Status);
    }

    [Fact]
    public async Task SilentPrelude_ResetsTheStreamAfter10Seconds()
    {
        var time = new ManualTimeProvider();
        await using var edge = new FakeEdge { Welcome = welcome => welcome with { Heartbeat = 60 } };
        await using var client = RunningClient.Start(RunningClient.Options(edge.Port, edge.Pin), time: time);
        var session = await edge.SessionAsync();
        var stream = await session.Carrier.OpenStreamAsync(new byte[] { 0 }, default).Limited("a stream");
        await time.WhenTimerAsync(due => due == TimeSpan.FromSeconds(10)).Limited("the limit of the prelude");

        time.Advance(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAsync<StreamException>(() => stream.ReadAsync(new byte[1], default).Limited("the reset"));
    }

    [Fact]
    public async Task LookAtTheStart_SaysThatNothingListens_AndUsesUpNoConnection()
    {
        using var port = new ReservedPort();
        await using var target = TargetServers.Stalls();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(port.Port, "down"), RunningClient.Tcp(target.Port, "up"));
        await (await edge.SessionAsync()).OpenTunnelAsync(1);

        Assert.Equal("down", (await client.Events.NextAsync<TargetDown>()).Tunnel.Name);
        await client.StopAsync();
        await client.EndAsync();
        Assert.Equal(0, target.Accepted);
        Assert.DoesNotContain(client.Events.All, one => one is TargetDown { Tunnel.Name: "up" });
    }

    [Fact]
    public async Task ManyVisitorsAtOnce_EachGetsItsOwnBytes()
    {
        await using var target = TargetServers.Echo();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(target.Port));
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            var (stream, _) = await session.VisitAndReadAnswerAsync(1);
            await WriteAsync(stream, $"visitor {i:D3}");
            Assert.Equal($"visitor {i:D3}", await ReadAsync(stream, 11));
            stream.CompleteWrites();
            Assert.Equal("", await ReadToEndAsync(stream));
        })).Limited("all visitors");

        Assert.Equal(100, client.Client.Status.Tunnels[0].Total);
    }

    private static async Task<StreamStatus> AnswerAsync(Func<CancellationToken, Task<Socket>> connectTarget)
    {
        const int TargetPort = 1;
        await using var edge = new FakeEdge();
        var surroundings = RunningClient.Eager with
        {
            Connect = (address, cancelled) => address.Port == TargetPort ? connectTarget(cancelled) : RunningClient.Eager.Connect(address, cancelled),
        };
        var options = RunningClient.Options(edge.Port, edge.Pin, RunningClient.Tcp(TargetPort)) with { TargetTimeout = TimeSpan.FromMilliseconds(100) };
        await using var client = RunningClient.Start(options, surroundings);
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        return (await session.VisitAndReadAnswerAsync(1)).Answer.Status;
    }

    private static Task WriteAsync(CarrierStream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text), default).Limited("a write on a stream");

    private static async Task<string> ReadAsync(CarrierStream stream, int count)
    {
        var buffer = new byte[count];
        await stream.AsStream().ReadExactlyAsync(buffer).Limited($"{count} bytes on a stream");
        return Encoding.ASCII.GetString(buffer);
    }

    private static async Task<string> ReadToEndAsync(CarrierStream stream)
    {
        var all = new MemoryStream();
        await stream.AsStream().CopyToAsync(all).Limited("the end of a stream");
        return Encoding.ASCII.GetString(all.ToArray());
    }
}
