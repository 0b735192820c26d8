using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Frames;
using Mport.Testing;

namespace Mport.Protocol.Tests.Carriers;

/// <summary>What a carrier does with the bytes of a peer that is not ours: the other side of docs/protocol.md.</summary>
public sealed class CarrierWireTests
{
    private const uint Initial = ReceiveWindow.InitialBytes;

    [Fact]
    public async Task OpenedStream_StartsWithSynAndItsFirstBytes()
    {
        await using var peer = await RawPeer.CreateAsync(CarrierRole.Edge);
        await peer.Carrier.OpenStreamAsync(new byte[] { 1, 2, 3 }, default);

        var (header, payload) = await peer.ReceiveAsync();

        Assert.Equal(new FrameHeader(FrameType.Data, FrameFlags.Syn, 2, 3), header);
        Assert.Equal([1, 2, 3], payload);
    }

    [Fact]
    public async Task AcceptedStream_IsAcknowledgedByItsFirstFrame()
    {
        await using var peer = await RawPeer.CreateAsync(CarrierRole.Edge);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Syn, 1, 0);
        var stream = await peer.Carrier.AcceptStreamAsync(default).Limited("the stream");

        await stream!.WriteAsync(new byte[] { 9 }, default);
        await stream.WriteAsync(new byte[] { 8 }, default);

        Assert.Equal(FrameFlags.Ack, (await peer.ReceiveAsync()).Header.Flags);
        Assert.Equal(FrameFlags.None, (await peer.ReceiveAsync()).Header.Flags);
    }

    [Fact]
    public async Task Sender_StopsAtTheWindow_AndGoesOnWithAnUpdate()
    {
        await using var peer = await RawPeer.CreateAsync(CarrierRole.Edge);
        var stream = await peer.Carrier.OpenStreamAsync(new byte[1], default);
        var writing = stream.WriteAsync(new byte[Initial], default).AsTask();

        long received = 0;
        while (received < Initial)
        {
            received += (await peer.ReceiveAsync()).Payload.Length;
        }

        Assert.False(writing.IsCompleted);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Ack, 2, 1);
        Assert.Single((await peer.ReceiveAsync()).Payload);
        await writing.Limited("the write to complete");
    }

    [Fact]
    public async Task Ping_IsAnsweredWithItsValue()
    {
        await using var peer = await RawPeer.CreateAsync(CarrierRole.Edge);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Syn, 1, 0);
        var stream = await peer.Carrier.AcceptStreamAsync(default).Limited("the stream");
        await peer.SendAsync(FrameType.Ping, FrameFlags.Syn, 0, 77);
        stream!.CompleteWrites(); // Something that the reader below does not pass over.

        Assert.Equal(FrameFlags.Ack | FrameFlags.Fin, (await peer.ReceiveAsync()).Header.Flags);
        Assert.False(peer.Run.IsCompleted);
    }

    [Fact]
    public async Task FirstFrameOverTheWindow_EndsTheSession() // SEC-21: CVE-2026-32314
    {
        await using var peer = await RawPeer.CreateAsync(CarrierRole.Edge);
        await peer.SendAsync(FrameType.Data, FrameFlags.Syn, 1, Initial + 1, new byte[100]);
        await EndsAsync(peer, ProtocolErrors.WindowExceeded);
    }

    [Fact]
    public async Task LengthOfFourGigabytes_EndsTheSession() // SEC-21
    {
        await using var peer = await RawPeer.CreateAsync(CarrierRole.Edge);
        await peer.SendAsync(FrameType.Data, FrameFlags.Syn, 1, uint.MaxValue);
        await EndsAsync(peer, ProtocolErrors.WindowExceeded);
    }

    [Fact]
    public async Task WindowPastTwoGigabytes_EndsTheSession() // SEC-23
    {
        await using var peer = await RawPeer.CreateAsync(CarrierRole.Edge);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Syn, 1, int.MaxValue);
        await EndsAsync(peer, ProtocolErrors.WindowExceeded);
    }

    [Theory]
    [InlineData(2)] // SYN with one of our ids
    [InlineData(3)] // data for a stream that was never opened
    public async Task StreamIdThatCannotBe_EndsTheSession(uint id)
    {
        await using var peer = await RawPeer.CreateAsync(CarrierRole.Edge);
        await peer.SendAsync(FrameType.Data, id == 2 ? FrameFlags.Syn : FrameFlags.None, id, 0);
        await EndsAsync(peer, ProtocolErrors.FrameInvalid);
    }

    [Fact]
    public async Task SecondSynForAnOpenStream_EndsTheSession()
    {
        await using var peer = await RawPeer.CreateAsync(CarrierRole.Edge);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Syn, 1, 0);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Syn, 1, 0);
        await EndsAsync(peer, ProtocolErrors.FrameInvalid);
    }

    [Fact]
    public async Task DataAfterFin_EndsTheSession()
    {
        await using var peer = await RawPeer.CreateAsync(CarrierRole.Edge);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Syn | FrameFlags.Fin, 1, 0);
        await peer.SendAsync(FrameType.Data, FrameFlags.None, 1, 1, [1]);
        await EndsAsync(peer, ProtocolErrors.WindowExceeded);
    }

    [Fact]
    public async Task DataForAStreamThatWasReset_IsPassedOver()
    {
        await using var peer = await RawPeer.CreateAsync(CarrierRole.Edge);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Syn, 1, 0);
        var stream = await peer.Carrier.AcceptStreamAsync(default).Limited("the stream");
        stream!.Reset();
        Assert.Equal(FrameFlags.Rst, (await peer.ReceiveAsync()).Header.Flags);

        await peer.SendAsync(FrameType.Data, FrameFlags.None, 1, 1000, new byte[1000]);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Syn, 3, 0);

        Assert.NotNull(await peer.Carrier.AcceptStreamAsync(default).Limited("the next stream"));
    }

    [Theory]
    [InlineData("ping")]
    [InlineData("empty data")]
    [InlineData("empty update")]
    public async Task FloodOfEmptyFrames_EndsTheSession(string kind) // SEC-23
    {
        await using var peer = await RawPeer.CreateAsync(CarrierRole.Edge);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Syn, 1, 0);
        var (type, flags, id) = kind switch
        {
            "ping" => (FrameType.Ping, FrameFlags.Syn, 0u),
            "empty data" => (FrameType.Data, FrameFlags.None, 1u),
            _ => (FrameType.WindowUpdate, FrameFlags.None, 1u),
        };
        var flood = new byte[FrameHeader.Size * 2000];
        for (var i = 0; i < 2000; i++)
        {
            new FrameHeader(type, flags, id, 0).Write(flood.AsSpan(i * FrameHeader.Size));
        }

        await peer.SendRawAsync(flood);
        await EndsAsync(peer, ProtocolErrors.PeerFloods);
    }

    [Fact]
    public async Task FloodOfStreams_WhoseRefusalsAreNotRead_EndsTheSession() // SEC-22, CVE-2024-22189
    {
        await using var peer = await RawPeer.CreateAsync(CarrierRole.Edge, new CarrierOptions { MaxIncomingStreams = 1 });
        uint id = 1;
        try
        {
            while (!peer.Run.IsCompleted)
            {
                var batch = new byte[FrameHeader.Size * 10_000];
                for (var i = 0; i < 10_000; i++, id += 2)
                {
                    new FrameHeader(FrameType.WindowUpdate, FrameFlags.Syn, id, 0).Write(batch.AsSpan(i * FrameHeader.Size));
                }

                await peer.SendRawAsync(batch);
            }
        }
        catch (IOException)
        {
            // The carrier has closed the connection under our write.
        }

        await EndsAsync(peer, ProtocolErrors.PeerFloods);
    }

    [Fact]
    public async Task GoAway_EndsTheSession()
    {
        await using var peer = await RawPeer.CreateAsync(CarrierRole.Client);
        await peer.SendAsync(FrameType.GoAway, FrameFlags.None, 0, 0);
        await EndsAsync(peer, ProtocolErrors.SessionClosed);
    }

    [Fact]
    public async Task EveryFrameBoundary_MayFallAnywhere() // REL-51
    {
        await using var peer = await RawPeer.CreateAsync(CarrierRole.Edge);
        var wire = new byte[(3 * FrameHeader.Size) + 5];
        new FrameHeader(FrameType.Data, FrameFlags.Syn, 1, 3).Write(wire);
        "abc"u8.CopyTo(wire.AsSpan(FrameHeader.Size));
        new FrameHeader(FrameType.Data, FrameFlags.None, 1, 2).Write(wire.AsSpan(FrameHeader.Size + 3));
        "de"u8.CopyTo(wire.AsSpan((2 * FrameHeader.Size) + 3));
        new FrameHeader(FrameType.WindowUpdate, FrameFlags.Fin, 1, 0).Write(wire.AsSpan((2 * FrameHeader.Size) + 5));
        foreach (var single in wire)
        {
            await peer.SendRawAsync([single]);
        }

        var stream = await peer.Carrier.AcceptStreamAsync(default).Limited("the stream");
        using var reader = new StreamReader(stream!.AsStream());
        Assert.Equal("abcde", await reader.ReadToEndAsync().Limited("the stream's text"));
    }

    private static async Task EndsAsync(RawPeer peer, ErrorDescription why) =>
        Assert.Equal(why.Code, (await peer.Run.Limited("the carrier to end")).Code);
}
