using System.Net.Sockets;
using System.Security.Cryptography;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Relay;
using Mport.Testing;

namespace Mport.Protocol.Tests.Relay;

public sealed class SocketRelayTests
{
    [Fact]
    public async Task Bytes_PassBothWays_AndAreCounted()
    {
        await using var way = await RelayedWay.CreateAsync();
        var sent = RandomNumberGenerator.GetBytes(3_000_000);

        var receiving = ReadAllAsync(way.Target);
        await SendAllAsync(way.Visitor, sent).Limited("the visitor's bytes to be sent");
        Assert.Equal(sent, await receiving.Limited("the visitor's bytes at the target"));

        var answering = ReadAllAsync(way.Visitor);
        await SendAllAsync(way.Target, sent).Limited("the target's bytes to be sent");
        Assert.Equal(sent, await answering.Limited("the target's bytes at the visitor"));

        Assert.Equal(RelayResult.Completed, await way.AtEdge.Limited("the edge's relay"));
        Assert.Equal(RelayResult.Completed, await way.AtClient.Limited("the client's relay"));
        Assert.Equal(sent.Length, way.EdgeCount.FromSocket);
        Assert.Equal(sent.Length, way.EdgeCount.ToSocket);
        Assert.Equal(0, way.Pair.Edge.StreamCount);
    }

    [Fact]
    public async Task HalfClose_ReachesTheTarget_WhichCanStillAnswer() // REL-52
    {
        await using var way = await RelayedWay.CreateAsync();
        way.Visitor.Shutdown(SocketShutdown.Send);

        Assert.Equal(0, await way.Target.ReceiveAsync(new byte[1]).Limited("the half-close at the target"));
        await SendAllAsync(way.Target, "late answer"u8.ToArray());

        Assert.Equal("late answer"u8.ToArray(), await ReadAllAsync(way.Visitor).Limited("the answer at the visitor"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reset_OfOneEnd_IsAResetAtTheOther(bool visitorResets) // REL-53
    {
        await using var way = await RelayedWay.CreateAsync();
        var (resetting, other) = visitorResets ? (way.Visitor, way.Target) : (way.Target, way.Visitor);

        SocketRelay.CloseWithReset(resetting);

        var error = await Assert.ThrowsAsync<SocketException>(() => other.ReceiveAsync(new byte[1]).Limited("the reset at the other end"));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        Assert.Equal(visitorResets ? RelayResult.SocketReset : RelayResult.StreamReset, await way.AtEdge.Limited("the edge's relay"));
    }

    [Fact]
    public async Task EndOfTheCarrier_IsAResetForTheVisitor() // REL-11: an error, not an end that looks like success
    {
        await using var way = await RelayedWay.CreateAsync();
        way.Pair.Client.Close(Failure.Of(ProtocolErrors.SessionClosed));

        await Assert.ThrowsAsync<SocketException>(() => way.Visitor.ReceiveAsync(new byte[1]).Limited("the reset at the visitor"));
        Assert.Equal(RelayResult.StreamReset, await way.AtEdge.Limited("the edge's relay"));
    }

    [Fact]
    public async Task EndOfTheCarrier_ResetsASilentVisitorWhoseAnswerHasEnded()
    {
        await using var way = await RelayedWay.CreateAsync();
        way.Target.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await way.Visitor.ReceiveAsync(new byte[1]).Limited("the half-close at the visitor"));

        way.Pair.Client.Close(Failure.Of(ProtocolErrors.SessionClosed));

        Assert.Equal(RelayResult.StreamReset, await way.AtEdge.Limited("the edge's relay"));
    }

    [Fact]
    public async Task VisitorWhoNeverReads_HoldsTheTargetBack_AndNotAnotherVisitor() // REL-21, SEC-24
    {
        await using var way = await RelayedWay.CreateAsync();
        await using var fast = await RelayedWay.CreateAsync(way.Pair);
        var chunk = new byte[1_000_000];
        long sent = 0;
        using var stop = new CancellationTokenSource();
        var flooding = FloodAsync();

        var receiving = ReadAllAsync(fast.Visitor);
        await SendAllAsync(fast.Target, new byte[20_000_000]).Limited("the fast visitor's bytes to be sent");
        Assert.Equal(20_000_000, (await receiving.Limited("the fast visitor's bytes")).Length);

        // All that may lie on the way: two sockets' buffers at each end and the window. The flood stops by itself far below what it would send.
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => flooding.Limited("the flood to stop"));
        Assert.InRange(sent, 1, 200_000_000);

        async Task FloodAsync()
        {
            while (sent < 400_000_000)
            {
                sent += await way.Target.SendAsync(chunk, stop.Token);
            }
        }
    }

    [Fact]
    public async Task HalfClosedConnection_ThatCarriesNothing_IsReset()
    {
        var time = new ManualTimeProvider();
        await using var way = await RelayedWay.CreateAsync(time: time);
        way.Visitor.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await way.Target.ReceiveAsync(new byte[1]).Limited("the half-close at the target"));

        await time.WhenTimerAsync(due => due == TimeSpan.FromMinutes(5)).Limited("the half-closed timer to be set");
        time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(RelayResult.HalfClosedTimeout, await way.AtEdge.Limited("the edge's relay"));
        await Assert.ThrowsAsync<SocketException>(() => way.Visitor.ReceiveAsync(new byte[1]).Limited("the reset at the visitor"));
    }

    [Fact]
    public async Task FailureBeforeReceiving_ResetsBothEnds()
    {
        await using var pair = await CarrierPair.CreateAsync();
        var (atEdge, _) = await pair.OpenAsync();
        var (visitor, accepted) = await LoopbackPair.CreateAsync();
        using var ends = visitor;
        var options = new RelayOptions
        {
            Count = new ByteCount(),
            BeforeReceiving = _ => throw new StreamException(ConnectionErrors.TargetRefused, "The target refuses."),
        };

        Assert.Equal(RelayResult.StreamReset, await SocketRelay.RunAsync(accepted, atEdge, options, TimeProvider.System).Limited("the relay"));
        await Assert.ThrowsAsync<SocketException>(() => visitor.ReceiveAsync(new byte[1]).Limited("the reset at the visitor"));
    }

    private static async Task SendAllAsync(Socket socket, byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent));
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task<byte[]> ReadAllAsync(Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[100_000];
        while (await socket.ReceiveAsync(buffer) is > 0 and var read)
        {
            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }
}
