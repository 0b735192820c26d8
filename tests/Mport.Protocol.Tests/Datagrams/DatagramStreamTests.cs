using System.Net;
using Mport.Protocol.Carriers;
using Mport.Protocol.Datagrams;
using Mport.Testing;

namespace Mport.Protocol.Tests.Datagrams;

public sealed class DatagramStreamTests
{
    private readonly DatagramVisitor _visitor = new(7, new IPEndPoint(IPAddress.Parse("192.0.2.7"), 54321));
    private readonly RecordingReceiver _atEdge = new();
    private readonly RecordingReceiver _atClient = new();
    private readonly DatagramCount _count = new();

    [Fact]
    public async Task EachSize_ArrivesWhole_BehindOneAnnouncement_AndComesBack()
    {
        await using var pair = await CarrierPair.CreateAsync();
        var (edge, client) = await StartAsync(pair);
        int[] sizes = [0, 1, 1200, 1472, 1500, 9000, 65_507];
        foreach (var size in sizes)
        {
            edge.Send(_visitor, Filled(size));
            edge.Flush();
        }

        Assert.Equal("visitor 7 192.0.2.7:54321", await _atClient.NextAsync());
        foreach (var size in sizes)
        {
            Assert.Equal($"datagram 7 {Convert.ToHexString(Filled(size))}", await _atClient.NextAsync());
            client.Send(new DatagramVisitor(7, _visitor.Address), Filled(size));
            client.Flush();
            Assert.Equal($"datagram 7 {Convert.ToHexString(Filled(size))}", await _atEdge.NextAsync());
        }

        Assert.Equal(0, _count.AllDropped);
    }

    [Fact]
    public async Task WhatIsSentBeforeTheStreamRuns_WaitsInOrder_AndTheOldestGo() // REL-15 (the order), REL-54
    {
        await using var pair = await CarrierPair.CreateAsync();
        var edge = TestStreams.Make(DatagramStreamSide.Edge, _atEdge, new DatagramLimits { QueueDatagrams = 3 }, _count);
        for (byte i = 1; i <= 5; i++)
        {
            edge.Send(_visitor, [i]);
        }

        Assert.Equal(2, _count.Dropped(DatagramDrop.Behind));
        await StartAsync(pair, edge);
        Assert.Equal("visitor 7 192.0.2.7:54321", await _atClient.NextAsync());
        foreach (var wanted in new[] { "03", "04", "05" })
        {
            Assert.Equal($"datagram 7 {wanted}", await _atClient.NextAsync());
        }
    }

    [Fact]
    public async Task ForgottenVisitor_IsTold_AndAnnouncedAnew()
    {
        await using var pair = await CarrierPair.CreateAsync();
        var (edge, client) = await StartAsync(pair);
        edge.Send(_visitor, [1]);
        edge.Flush();
        Assert.StartsWith("visitor 7", await _atClient.NextAsync(), StringComparison.Ordinal);
        Assert.Equal("datagram 7 01", await _atClient.NextAsync());

        client.Forget(7);
        Assert.Equal("forget 7", await _atEdge.NextAsync());
        edge.Forgotten(_visitor);
        edge.Send(_visitor, [2]);
        edge.Flush();
        Assert.StartsWith("visitor 7", await _atClient.NextAsync(), StringComparison.Ordinal);
        Assert.Equal("datagram 7 02", await _atClient.NextAsync());

        edge.Forget(_visitor);
        Assert.Equal("forget 7", await _atClient.NextAsync());
        edge.Send(_visitor, [3]); // A datagram that was on its way: its visitor is gone.
        edge.Flush();
        edge.Send(new DatagramVisitor(8, _visitor.Address), [4]);
        edge.Flush();
        Assert.StartsWith("visitor 8", await _atClient.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NumberThatNobodyHas_IsAnsweredWithForget()
    {
        await using var pair = await CarrierPair.CreateAsync();
        var (_, client) = await StartAsync(pair);
        _atEdge.Unknown.Add(9);
        client.Send(new DatagramVisitor(9, _visitor.Address), [1]);
        client.Flush();

        Assert.Equal("forget 9", await _atClient.NextAsync());
    }

    [Fact]
    public async Task IllegalRecord_ResetsTheStream_AndNothingElse()
    {
        await using var pair = await CarrierPair.CreateAsync();
        var (atEdge, atClient) = await pair.OpenAsync();
        var client = TestStreams.Make(DatagramStreamSide.Client, _atClient);
        var run = client.RunAsync(atClient, null, CancellationToken.None);
        await atEdge.WriteAsync(new byte[] { 9, 9, 9 }, CancellationToken.None).Limited("the illegal record to be sent");

        Assert.NotNull(await run.Limited("the stream to end"));
        Assert.True(client.IsOver);
        await Assert.ThrowsAsync<StreamException>(() => atEdge.ReadAsync(new byte[1], CancellationToken.None).Limited("the reset"));
        await pair.OpenAsync();
    }

    [Fact]
    public async Task CompletedStream_SendsWhatWaits_AndBothEndsEndInOrder()
    {
        await using var pair = await CarrierPair.CreateAsync();
        var (atEdge, atClient) = await pair.OpenAsync();
        var edge = TestStreams.Make(DatagramStreamSide.Edge, _atEdge);
        var client = TestStreams.Make(DatagramStreamSide.Client, _atClient);
        edge.Send(_visitor, [1]);
        edge.Complete();
        var ends = Task.WhenAll(edge.RunAsync(atEdge, null, CancellationToken.None), client.RunAsync(atClient, null, CancellationToken.None));

        Assert.All(await ends.Limited("both ends to end"), Assert.Null);
        Assert.Equal(["visitor 7 192.0.2.7:54321", "datagram 7 01"], _atClient.All);
        Assert.Equal(0, pair.Edge.StreamCount);
    }

    [Fact]
    public async Task PeerThatReadsNothing_CostsABoundedQueue_AndTheOldestDatagrams() // REL-54, SEC-119
    {
        await using var pair = await CarrierPair.CreateAsync();
        var (atEdge, atClient) = await pair.OpenAsync();
        var budget = new MemoryBudget(1 << 30);
        var limits = new DatagramLimits { QueueBytes = 256 * 1024 };
        var edge = new DatagramStream(DatagramStreamSide.Edge, _atEdge, limits, budget, _count);
        var run = edge.RunAsync(atEdge, null, CancellationToken.None);
        for (var i = 0; i < 5000; i++)
        {
            edge.Send(_visitor, Filled(1200));
            edge.Flush();
        }

        Assert.InRange(budget.Used, 0, limits.QueueBytes);
        Assert.InRange(_count.Dropped(DatagramDrop.Behind), 3000, 5000);
        atClient.Reset();
        Assert.NotNull(await run.Limited("the stream to end"));
        Assert.Equal(0, budget.Used);
        Assert.Equal(0, pair.Edge.StreamCount);
    }

    private async Task<(DatagramStream Edge, DatagramStream Client)> StartAsync(CarrierPair pair, DatagramStream? edge = null)
    {
        var (atEdge, atClient) = await pair.OpenAsync();
        edge ??= TestStreams.Make(DatagramStreamSide.Edge, _atEdge, count: _count);
        var client = TestStreams.Make(DatagramStreamSide.Client, _atClient, count: _count);
        _ = edge.RunAsync(atEdge, null, CancellationToken.None);
        _ = client.RunAsync(atClient, null, CancellationToken.None);
        return (edge, client);
    }

    private static byte[] Filled(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }
}
