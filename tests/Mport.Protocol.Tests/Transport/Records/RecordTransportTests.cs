using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using Mport.Protocol.Transport;
using Mport.Protocol.Transport.OpenSsl;
using Mport.Protocol.Transport.Records;
using Mport.Testing;

namespace Mport.Protocol.Tests.Transport.Records;

/// <summary>What the records' side of a carrier makes of what a peer sends, legal or not.</summary>
public sealed class RecordTransportTests
{
    private static readonly byte[] ClientSecret = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] EdgeSecret = RandomNumberGenerator.GetBytes(32);

    private readonly PeerRecords _peer = new(EdgeSecret);

    public RecordTransportTests() => Assert.SkipUnless(OpenSslLibrary.IsPresent, "There is no OpenSSL 3 here.");

    public static TheoryData<byte, byte[], int> Refused => new()
    {
        { (byte)TlsContentType.Alert, [2, 40], 0 },
        { (byte)TlsContentType.Alert, [2], 0 },
        { (byte)TlsContentType.ChangeCipherSpec, [1], 0 },
        { (byte)TlsContentType.Handshake, [], 0 },
        { (byte)TlsContentType.Handshake, [1, 0, 0, 0], 0 },
        { (byte)TlsContentType.Handshake, [4, 0, 0, 9, 1], 0 },
        { (byte)TlsContentType.Handshake, [24, 0, 0, 1, 2], 0 },
        { (byte)TlsContentType.Handshake, [24, 0, 0, 0], 0 },
        { (byte)TlsContentType.Handshake, [24, 0, 0, 1, 0, 24, 0, 0, 1, 0], 0 },
        { 0, [], 3 },
        { 99, [1, 2, 3], 0 },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task RecordAgainstTheRules_EndsTheReading(byte type, byte[] content, int padding)
    {
        var (transport, peer) = await CreateAsync();
        await using var _ = transport;
        await peer.SendAsync(_peer.Seal((TlsContentType)type, content, padding));

        await Assert.ThrowsAsync<IOException>(() => transport.ReadAsync(new byte[100], default).AsTask()).Limited("the refusal");
        peer.Dispose();
    }

    [Theory]
    [InlineData(new byte[] { 21, 3, 3, 0, 2, 2, 40 })]
    [InlineData(new byte[] { 22, 3, 3, 0, 0 })]
    [InlineData(new byte[] { 23, 3, 3, 0, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 })]
    public async Task UnprotectedOrEmptyRecord_EndsTheReading(byte[] record)
    {
        var (transport, peer) = await CreateAsync();
        await using var _ = transport;
        await peer.SendAsync(record);

        await Assert.ThrowsAsync<IOException>(() => transport.ReadAsync(new byte[100], default).AsTask()).Limited("the refusal");
        peer.Dispose();
    }

    [Fact]
    public async Task RecordsWithoutData_AreFewOrRefused()
    {
        var (transport, peer) = await CreateAsync();
        await using var _ = transport;
        for (var i = 0; i < 32; i++)
        {
            await peer.SendAsync(_peer.Seal(TlsContentType.ApplicationData, []));
        }

        await peer.SendAsync(_peer.Seal(TlsContentType.ApplicationData, "data"u8));
        Assert.Equal("data"u8.ToArray(), await TlsPair.ReadAsync(transport, 4).Limited("the data between"));

        for (var i = 0; i < 33; i++)
        {
            await peer.SendAsync(_peer.Seal(TlsContentType.ApplicationData, []));
        }

        await Assert.ThrowsAsync<IOException>(() => transport.ReadAsync(new byte[100], default).AsTask()).Limited("the refusal");
        peer.Dispose();
    }

    [Fact]
    public async Task CloseNotify_IsTheEnd_WhateverFollows()
    {
        var (transport, peer) = await CreateAsync();
        await using var _ = transport;
        await peer.SendAsync((byte[])[.. _peer.Seal(TlsContentType.ApplicationData, "a"u8), .. _peer.Seal(TlsContentType.Alert, [1, 0]), .. _peer.Seal(TlsContentType.ApplicationData, "b"u8)]);

        Assert.Equal("a"u8.ToArray(), await TlsPair.ReadAsync(transport, 1).Limited("the byte before"));
        Assert.Equal(0, await transport.ReadAsync(new byte[1], default).Limited("the end"));
        peer.Dispose();
    }

    [Fact]
    public async Task ClosedInsideARecord_IsAnIOException()
    {
        var (transport, peer) = await CreateAsync();
        await using var _ = transport;
        await peer.SendAsync(_peer.Seal(TlsContentType.ApplicationData, "data"u8).AsMemory(0, 20));
        peer.Dispose();

        await Assert.ThrowsAsync<IOException>(() => transport.ReadAsync(new byte[100], default).AsTask()).Limited("the refusal");
    }

    [Fact]
    public async Task SessionTicket_IsPassedOver_AtTheClientOnly() // SEC-28
    {
        byte[] ticket = [4, 0, 0, 3, 1, 2, 3];
        var (client, edge) = await CreateAsync();
        await using var _ = client;
        await edge.SendAsync((byte[])[.. _peer.Seal(TlsContentType.Handshake, [.. ticket, .. ticket]), .. _peer.Seal(TlsContentType.ApplicationData, "data"u8)]);
        Assert.Equal("data"u8.ToArray(), await TlsPair.ReadAsync(client, 4).Limited("the data"));
        edge.Dispose();

        var (dialled, accepted) = await LoopbackPair.CreateAsync();
        await using var transport = new RecordTransport(accepted, Keys(), isClient: false);
        await dialled.SendAsync(new PeerRecords(ClientSecret).Seal(TlsContentType.Handshake, ticket));
        await Assert.ThrowsAsync<IOException>(() => transport.ReadAsync(new byte[100], default).AsTask()).Limited("the refusal");
        dialled.Dispose();
    }

    [Fact]
    public async Task KeyUpdateAskedFor_IsAnsweredBeforeTheNextData()
    {
        var (transport, peer) = await CreateAsync();
        await using var _ = transport;
        var ours = new PeerRecords(ClientSecret);
        await peer.SendAsync(_peer.Seal(TlsContentType.Handshake, [24, 0, 0, 1, 1]));
        _peer.UpdateKey();
        await peer.SendAsync(_peer.Seal(TlsContentType.ApplicationData, "new"u8));
        Assert.Equal("new"u8.ToArray(), await TlsPair.ReadAsync(transport, 3).Limited("data under the new key"));

        await transport.WriteAsync("one"u8.ToArray(), default);
        await transport.WriteAsync("two"u8.ToArray(), default);

        Assert.Equal([24, 0, 0, 1, 0], ours.Open(await RecordAsync(peer)).Content);
        ours.UpdateKey();
        Assert.Equal("one"u8.ToArray(), ours.Open(await RecordAsync(peer)).Content);
        Assert.Equal("two"u8.ToArray(), ours.Open(await RecordAsync(peer)).Content);
        peer.Dispose();
    }

    [Fact]
    public async Task RecordsInPieces_ArriveWhole()
    {
        var (transport, peer) = await CreateAsync();
        await using var _ = transport;
        byte[] wire = [.. _peer.Seal(TlsContentType.ApplicationData, "first"u8), .. _peer.Seal(TlsContentType.ApplicationData, "second"u8, padding: 3)];
        var reading = TlsPair.ReadAsync(transport, 11);
        foreach (var one in wire)
        {
            await peer.SendAsync(new[] { one });
        }

        Assert.Equal("firstsecond"u8.ToArray(), await reading.Limited("both records"));
        peer.Dispose();
    }

    [Fact]
    public async Task HasBufferedInput_IsTrueOnlyWhenAReadNeedNotWait()
    {
        var (transport, peer) = await CreateAsync();
        await using var _ = transport;
        await peer.SendAsync((byte[])[.. _peer.Seal(TlsContentType.ApplicationData, "abc"u8), .. _peer.Seal(TlsContentType.Handshake, [4, 0, 0, 0])]);
        Assert.False(transport.HasBufferedInput);

        Assert.Equal("ab"u8.ToArray(), await TlsPair.ReadAsync(transport, 2).Limited("two bytes"));
        Assert.True(transport.HasBufferedInput);
        Assert.Equal("c"u8.ToArray(), await TlsPair.ReadAsync(transport, 1).Limited("the third"));
        Assert.False(transport.HasBufferedInput);
        peer.Dispose();
    }

    [Fact]
    public async Task Abort_FailsAWaitingReadAndWrite_AndALaterOne()
    {
        var (transport, peer) = await CreateAsync();
        var reading = transport.ReadAsync(new byte[10], default).AsTask();
        var waiting = Record.ExceptionAsync(() => reading);
        var writing = Record.ExceptionAsync(() => transport.WriteAsync(new byte[64 * 1024 * 1024], default).AsTask());
        Assert.False(writing.IsCompleted);

        transport.Abort();
        transport.Abort();

        Assert.IsType<IOException>(await waiting.Limited("the read to fail"));
        Assert.IsType<IOException>(await writing.Limited("the write to fail"));
        await transport.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => transport.WriteAsync(new byte[1], default).AsTask());
        await Assert.ThrowsAsync<IOException>(() => transport.ReadAsync(new byte[1], default).AsTask());
        peer.Dispose();
    }

    [Fact]
    public async Task WriteThatWasCancelled_IsTheLast()
    {
        var (transport, peer) = await CreateAsync();
        await using var _ = transport;
        using var cancel = new CancellationTokenSource();
        var writing = transport.WriteAsync(new byte[64 * 1024 * 1024], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing).Limited("the write to end");

        await Assert.ThrowsAsync<IOException>(() => transport.WriteAsync(new byte[1], default).AsTask());
        peer.Dispose();
    }

    [Fact]
    public async Task TwoWritesAtOnce_AreRefused()
    {
        var (transport, peer) = await CreateAsync();
        var writing = Record.ExceptionAsync(() => transport.WriteAsync(new byte[64 * 1024 * 1024], default).AsTask());

        await Assert.ThrowsAsync<InvalidOperationException>(() => transport.WriteAsync(new byte[1], default).AsTask());

        transport.Abort();
        await writing.Limited("the first write to end");
        await transport.DisposeAsync();
        peer.Dispose();
    }

    private static NegotiatedKeys Keys() => new(PeerRecords.Suite, "mport/1", [.. ClientSecret], [.. EdgeSecret]);

    private static async Task<(RecordTransport Client, Socket Edge)> CreateAsync()
    {
        var (dialled, accepted) = await LoopbackPair.CreateAsync();
        return (new RecordTransport(dialled, Keys(), isClient: true), accepted);
    }

    private static async Task<byte[]> RecordAsync(Socket socket)
    {
        var header = await ReceiveAsync(socket, 5);
        return [.. header, .. await ReceiveAsync(socket, BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(3)))];
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var filled = 0; filled < count;)
        {
            var read = await socket.ReceiveAsync(bytes.AsMemory(filled)).Limited("a record");
            Assert.NotEqual(0, read);
            filled += read;
        }

        return bytes;
    }
}
