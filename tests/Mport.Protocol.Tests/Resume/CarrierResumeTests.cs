using System.Security.Cryptography;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Resume;
using Mport.Protocol.Transport;
using Mport.Testing;

namespace Mport.Protocol.Tests.Resume;

/// <summary>Carriers and streams over a connection that is lost and found again: what a visitor notices of it.</summary>
public sealed class CarrierResumeTests
{
    private static readonly Failure Lost = Failure.Of(ConnectionErrors.ConnectionLost, "lost", retry: true);

    [Fact]
    public async Task TwentyCutsInOneTransfer_AtAnyByte_BothWays_LeaveEveryByteInItsPlace() // REL-10
    {
        var random = new Random(20);
        await using var pair = await ResumablePair.CreateAsync(client: inner => Fragile(inner, random));
        var (edge, client) = await pair.OpenAsync();
        var sent = RandomNumberGenerator.GetBytes(12_000_000);
        var all = Task.WhenAll(SendAsync(edge, sent), SendAsync(client, sent));
        var atClient = ReceiveAsync(client);
        var atEdge = ReceiveAsync(edge);

        for (var cuts = 0; cuts < 20; cuts++)
        {
            await pair.ClientTransport.WhenSuspended.Limited($"cut {cuts}");
            await pair.RejoinAsync(inner => Fragile(inner, random));
        }

        await RejoinUntilAsync(pair, Task.WhenAll(all, atClient, atEdge), random);
        Assert.Equal(sent, await atClient);
        Assert.Equal(sent, await atEdge);
        Assert.True(edge.IsClosed);
        Assert.InRange(pair.EdgeTransport.Resumes, 20, 1000);
        Assert.True(pair.ClientTransport.ReplayedBytes + pair.EdgeTransport.ReplayedBytes > 0);
        Assert.False(pair.ClientRun.IsCompleted || pair.EdgeRun.IsCompleted);
    }

    [Fact]
    public async Task SlicesOfAByte_AndCutsAmongThem_LeaveEveryByteInItsPlace() // REL-51
    {
        var random = new Random(51);
        CutTransport Sliced(ICarrierTransport inner) => new(inner, random.Next(1, 4000), random.Next(1, 4000), sliceBytes: 1);
        await using var pair = await ResumablePair.CreateAsync(client: inner => new CutTransport(inner, sliceBytes: 1));
        var (edge, client) = await pair.OpenAsync();
        var sent = RandomNumberGenerator.GetBytes(20_000);
        var done = Task.WhenAll(SendAsync(edge, sent), SendAsync(client, sent), ExpectAsync(client, sent), ExpectAsync(edge, sent));

        for (var cuts = 0; cuts < 5; cuts++)
        {
            await pair.RejoinAsync(Sliced);
            await pair.ClientTransport.WhenSuspended.Limited($"cut {cuts}");
        }

        await pair.RejoinAsync();
        await done.Limited("every byte both ways");
    }

    [Fact]
    public async Task SuspendedCarrier_TakesWrites_AndItsReadsWait()
    {
        await using var pair = await ResumablePair.CreateAsync();
        var (edge, client) = await pair.OpenAsync();
        pair.Cut();

        await edge.WriteAsync(new byte[] { 5, 6 }, default).Limited("a write while suspended");
        var reading = client.ReadAsync(new byte[10], default).AsTask();
        var (late, lateAtClient) = (pair.Edge.OpenStreamAsync(new byte[] { 9 }, default).AsTask(), pair.Client.AcceptStreamAsync(default).AsTask());
        Assert.False(reading.IsCompleted || lateAtClient.IsCompleted);
        Assert.True(pair.EdgeTransport.IsSuspended);

        await pair.RejoinAsync();
        Assert.Equal(2, await reading.Limited("the bytes after the resume"));
        Assert.NotNull(await lateAtClient.Limited("the stream that was opened meanwhile"));
        await late;
        Assert.False(pair.EdgeTransport.IsSuspended);
        Assert.Equal(TimeSpan.Zero, pair.EdgeTransport.SuspendedFor);
    }

    [Fact]
    public async Task FullRing_StallsItsStreams_UntilTheResume()
    {
        await using var pair = await ResumablePair.CreateAsync(new ResumeOptions { Window = ResumeOptions.MinWindow });
        var (edge, client) = await pair.OpenAsync();
        pair.Cut();

        var sent = RandomNumberGenerator.GetBytes(2_000_000);
        var sending = SendAsync(edge, sent);
        var received = ReceiveAsync(client);
        Assert.False(sending.IsCompleted);
        // The first batch always has room; what it needs at most is four frames.
        Assert.InRange(pair.EdgeTransport.KeptBytes, 1, 256 * 1024);

        await pair.RejoinAsync();
        await sending.Limited("the stalled stream");
        Assert.Equal(sent, await received.Limited("its bytes"));
    }

    [Fact]
    public async Task SmallMessagesInTurn_TakeTheirAcknowledgementsAlong() // no packet more than without resume
    {
        var connections = new List<CutTransport>();
        await using var pair = await ResumablePair.CreateAsync(client: inner => Counted(inner, connections), time: new ManualTimeProvider());
        var (edge, client) = await pair.OpenAsync();
        var before = connections[0].Writes;
        for (var i = 0; i < 200; i++)
        {
            await edge.WriteAsync(new byte[20], default);
            await client.ReadAsync(new byte[20], default).Limited("a message");
            await client.WriteAsync(new byte[20], default);
            await edge.ReadAsync(new byte[20], default).Limited("its answer");
        }

        // The heartbeat's answer, and the stream's own first frame, may be written apart.
        Assert.InRange(connections[0].Writes - before, 200, 203);
    }

    [Fact]
    public async Task Close_OfASuspendedCarrier_IsAtOnce()
    {
        var time = new ManualTimeProvider(); // The farewell would be a second of it, and nobody moves it.
        await using var pair = await ResumablePair.CreateAsync(time: time);
        var (edge, _) = await pair.OpenAsync();
        pair.Cut();

        pair.Edge.Close(Failure.Of(ProtocolErrors.SessionClosed));

        Assert.Equal(ProtocolErrors.SessionClosed.Code, (await pair.EdgeRun.Limited("the suspended carrier to end")).Code);
        await Assert.ThrowsAsync<StreamException>(() => edge.WriteAsync(new byte[1], default).Limited("its stream to break"));
        pair.Client.Close(Failure.Of(ProtocolErrors.SessionClosed));
    }

    [Fact]
    public async Task GivingUp_EndsTheCarrierWithItsReason()
    {
        await using var pair = await ResumablePair.CreateAsync();
        var (edge, _) = await pair.OpenAsync();
        var reading = edge.ReadAsync(new byte[1], default).AsTask();
        pair.Cut();

        pair.EdgeTransport.GiveUp(Failure.Of(ProtocolErrors.ResumeRefused));

        Assert.Equal(ProtocolErrors.ResumeRefused.Code, (await pair.EdgeRun.Limited("the carrier to end")).Code);
        await Assert.ThrowsAsync<StreamException>(() => reading.Limited("its stream to break"));
        Assert.False(pair.EdgeTransport.TryResume(new CutTransport(new StreamTransport(Stream.Null)), 0, out var refusal));
        Assert.Equal(ProtocolErrors.ResumeRefused.Code, refusal?.Code);
    }

    [Fact]
    public async Task GraceTime_OnceOver_EndsTheCarrier() // REL-11
    {
        var time = new ManualTimeProvider();
        await using var pair = await ResumablePair.CreateAsync(time: time);
        var (edge, _) = await pair.OpenAsync();
        pair.Cut();
        Assert.Equal(Lost.Code, (await pair.EdgeTransport.WhenSuspended.Limited("the suspension")).Code);

        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(TimeSpan.FromSeconds(59), pair.EdgeTransport.SuspendedFor);
        Assert.False(pair.EdgeRun.IsCompleted);
        await time.WhenTimerAsync(due => due <= TimeSpan.FromSeconds(1)).Limited("the grace timer");
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(ProtocolErrors.GraceOver.Code, (await pair.EdgeRun.Limited("the carrier to end")).Code);
        var broken = await Assert.ThrowsAsync<StreamException>(() => edge.ReadAsync(new byte[1], default).Limited("its stream to break"));
        Assert.Equal(ProtocolErrors.SessionClosed, broken.Description);
    }

    [Fact]
    public async Task OffsetThatCannotBeServed_IsRefused_AndTheCarrierStaysAsItWas()
    {
        await using var pair = await ResumablePair.CreateAsync();
        await pair.OpenAsync();
        pair.Cut();
        await using var next = new CutTransport(new StreamTransport(Stream.Null));

        Assert.Equal(ProtocolErrors.ResumeRefused.Code, pair.EdgeTransport.CheckResume(1_000_000)?.Code);
        Assert.False(pair.EdgeTransport.TryResume(next, 1_000_000, out var refusal));
        Assert.Equal(ProtocolErrors.ResumeRefused.Code, refusal?.Code);
        Assert.True(pair.EdgeTransport.IsSuspended);
        await pair.RejoinAsync();
        await pair.OpenAsync();
    }

    [Fact]
    public async Task LostConnections_AreDisposed()
    {
        var connections = new List<CutTransport>();
        await using var pair = await ResumablePair.CreateAsync(client: inner => Counted(inner, connections));
        for (var i = 0; i < 50; i++)
        {
            await pair.RejoinAsync(inner => Counted(inner, connections));
        }

        await Task.WhenAll(connections.SkipLast(1).Select(lost => lost.WhenDisposed)).Limited("50 lost connections to be disposed");
        Assert.False(connections[^1].WhenDisposed.IsCompleted);
        await pair.OpenAsync();
    }

    [Fact]
    public async Task EndOfTheCarrier_GivesItsMemoryBack()
    {
        var budget = new MemoryBudget(100_000_000);
        await using (var pair = await ResumablePair.CreateAsync(new ResumeOptions { Budget = budget }))
        {
            var (edge, _) = await pair.OpenAsync();
            pair.Cut();
            await edge.WriteAsync(new byte[200_000], default).Limited("a write while suspended");
            await edge.WriteAsync(new byte[60_000], default).Limited("another");
            Assert.True(budget.Used > 0);
        }

        Assert.Equal(0, budget.Used);
    }

    private static CutTransport Fragile(ICarrierTransport inner, Random random) => new(inner, random.Next(1, 700_000), random.Next(1, 700_000));

    private static CutTransport Counted(ICarrierTransport inner, List<CutTransport> connections)
    {
        var counted = new CutTransport(inner);
        connections.Add(counted);
        return counted;
    }

    private static async Task RejoinUntilAsync(ResumablePair pair, Task done, Random random)
    {
        for (var lost = pair.ClientTransport.WhenSuspended; await Task.WhenAny(done, lost).Limited("the end of the transfer, or a cut") != done; lost = pair.ClientTransport.WhenSuspended)
        {
            await pair.RejoinAsync(inner => Fragile(inner, random));
        }

        await done;
    }

    private static async Task SendAsync(CarrierStream stream, byte[] bytes)
    {
        await stream.WriteAsync(bytes, default);
        stream.CompleteWrites();
    }

    private static async Task ExpectAsync(CarrierStream stream, byte[] bytes) => Assert.Equal(bytes, await ReceiveAsync(stream));

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
