using System.Security.Cryptography;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Testing;

namespace Mport.Protocol.Tests.Carriers;

public sealed class CarrierTests
{
    [Fact]
    public async Task Bytes_BothWays_ArriveWhole()
    {
        await using var pair = await CarrierPair.CreateAsync();
        var (edge, client) = await pair.OpenAsync();
        var sent = RandomNumberGenerator.GetBytes(5_000_000);

        var up = SendAsync(edge, sent);
        var down = SendAsync(client, sent);
        var atClient = ReceiveAsync(client);
        var atEdge = ReceiveAsync(edge);
        await Task.WhenAll(up, down).Limited("both directions to be sent");

        Assert.Equal(sent, await atClient.Limited("the bytes at the client"));
        Assert.Equal(sent, await atEdge.Limited("the bytes at the edge"));
        Assert.True(edge.IsClosed);
        Assert.Equal(0, pair.Edge.StreamCount);
    }

    [Fact]
    public async Task HalfClose_OfOneSide_LeavesTheOtherDirectionOpen()
    {
        await using var pair = await CarrierPair.CreateAsync();
        var (edge, client) = await pair.OpenAsync();

        edge.CompleteWrites();
        Assert.Equal(0, await client.ReadAsync(new byte[1], default).Limited("the end of the edge's direction"));
        await client.WriteAsync(new byte[] { 7 }, default);

        var buffer = new byte[1];
        Assert.Equal(1, await edge.ReadAsync(buffer, default).Limited("a byte after the half-close"));
        Assert.Equal(7, buffer[0]);
    }

    [Fact]
    public async Task Reset_OfOneSide_BreaksTheOther()
    {
        await using var pair = await CarrierPair.CreateAsync();
        var (edge, client) = await pair.OpenAsync();

        client.Reset();

        var error = await Assert.ThrowsAsync<StreamException>(() => edge.ReadAsync(new byte[1], default).Limited("the reset"));
        Assert.Equal(ProtocolErrors.StreamReset, error.Description);
        Assert.Equal(0, pair.Edge.StreamCount);
    }

    [Fact]
    public async Task Close_AfterThePeersEnd_IsAnEnd_AndBeforeIt_AReset()
    {
        await using var pair = await CarrierPair.CreateAsync();
        var (ended, endedAtClient) = await pair.OpenAsync();
        var (open, openAtClient) = await pair.OpenAsync();

        endedAtClient.CompleteWrites();
        Assert.Equal(0, await ended.ReadAsync(new byte[1], default).Limited("the client's end"));
        await ended.AsStream().DisposeAsync();
        await open.AsStream().DisposeAsync();

        Assert.Equal(0, await endedAtClient.ReadAsync(new byte[1], default).Limited("an orderly end"));
        await Assert.ThrowsAsync<StreamException>(() => openAtClient.ReadAsync(new byte[1], default).Limited("a reset"));
    }

    [Fact]
    public async Task StalledReader_HoldsTheWriterBack_AndNobodyElse()
    {
        await using var pair = await CarrierPair.CreateAsync();
        var (stalled, _) = await pair.OpenAsync();
        var (fast, fastClient) = await pair.OpenAsync();

        var blocked = SendAsync(stalled, new byte[ReceiveWindow.InitialBytes + 1]);
        var received = ReceiveAsync(fastClient);
        await SendAsync(fast, new byte[3_000_000]).Limited("the fast stream's bytes to be sent");

        Assert.Equal(3_000_000, (await received.Limited("the fast stream's bytes")).Length);
        Assert.False(blocked.IsCompleted);
        stalled.Reset();
        await Assert.ThrowsAsync<StreamException>(() => blocked.Limited("the stalled writer to fail"));
    }

    [Fact]
    public async Task End_OfTheConnection_BreaksEveryStreamAndBothRuns()
    {
        await using var pair = await CarrierPair.CreateAsync();
        var (edge, client) = await pair.OpenAsync();

        pair.Client.Close(Failure.Of(ProtocolErrors.SessionClosed));

        await Assert.ThrowsAsync<StreamException>(() => edge.ReadAsync(new byte[1], default).Limited("the edge's stream to break"));
        await Assert.ThrowsAsync<StreamException>(() => client.ReadAsync(new byte[1], default).Limited("the client's stream to break"));
        await pair.ClientRun.Limited("the client's run to end");
        var reason = await pair.EdgeRun.Limited("the edge's run to end");
        Assert.True(reason.Retry);
        await Assert.ThrowsAsync<StreamException>(() => pair.Edge.OpenStreamAsync(new byte[1], default).AsTask());
        Assert.Null(await pair.Client.AcceptStreamAsync(default));
    }

    [Fact]
    public async Task Streams_OverTheLimit_AreResetAndTheSessionSurvives() // SEC-22
    {
        await using var pair = await CarrierPair.CreateAsync(client: new CarrierOptions { MaxIncomingStreams = 2 });
        var (first, _) = await pair.OpenAsync();
        await pair.OpenAsync();

        var third = await pair.Edge.OpenStreamAsync(new byte[1], default).Limited("a third stream to be sent");
        await Assert.ThrowsAsync<StreamException>(() => third.ReadAsync(new byte[1], default).Limited("its reset"));

        first.Reset();
        await pair.OpenAsync();
        Assert.False(pair.EdgeRun.IsCompleted);
    }

    [Fact]
    public async Task RoundTrip_IsMeasuredAtTheStart()
    {
        await using var pair = await CarrierPair.CreateAsync();
        for (var i = 0; i < 1000 && pair.Edge.RoundTrip is null; i++)
        {
            await pair.OpenAsync(); // Each is a round trip of its own behind the first heartbeat.
        }

        Assert.NotNull(pair.Edge.RoundTrip);
    }

    private static async Task SendAsync(CarrierStream stream, byte[] bytes)
    {
        await stream.WriteAsync(bytes, default);
        stream.CompleteWrites();
    }

    private static async Task<byte[]> ReceiveAsync(CarrierStream stream)
    {
        using var all = new MemoryStream();
        var buffer = new byte[100_000];
        while (await stream.ReadAsync(buffer, default) is > 0 and var read)
        {
            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }
}
