using System.Buffers.Binary;
using System.Net.Sockets;
using Mport.Protocol.Transport;
using Mport.Server.Edge.Listeners;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Listeners;

public sealed class ClientHelloReaderTests
{
    public static TheoryData<byte[], string?, string[]> Real { get; } = new()
    {
        { RealClientHellos.Curl, "app.edge.test", ["h2", "http/1.1"] },
        { RealClientHellos.OpenSsl, "app.edge.test", ["mport/1", "h2"] },
        { RealClientHellos.OpenSslTls12, null, [] },
    };

    [Theory]
    [MemberData(nameof(Real))]
    public void RealHello_IsRead(byte[] bytes, string? name, string[] protocols)
    {
        Assert.Equal(ClientHelloResult.Complete, ClientHelloReader.TryRead(bytes, out var hello));
        Assert.NotNull(hello);
        Assert.Equal(name, hello.ServerName);
        Assert.Equal(protocols, hello.Protocols);
    }

    [Theory]
    [MemberData(nameof(Real))]
    public void EveryPrefix_IsIncomplete(byte[] bytes, string? name, string[] protocols)
    {
        Assert.True(name is not null || protocols.Length == 0);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(ClientHelloResult.Incomplete, ClientHelloReader.TryRead(bytes.AsSpan(0, length), out _));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(335)]
    public void HelloOverSeveralRecords_IsRead(int fragment)
    {
        var bytes = SplitIntoRecords(RealClientHellos.OpenSsl, fragment);

        Assert.Equal(ClientHelloResult.Complete, ClientHelloReader.TryRead(bytes, out var hello));
        Assert.NotNull(hello);
        Assert.Equal(("app.edge.test", 2), (hello.ServerName, hello.Protocols.Count));
        Assert.Equal(ClientHelloResult.Incomplete, ClientHelloReader.TryRead(bytes.AsSpan(0, bytes.Length - 1), out _));
    }

    [Fact]
    public async Task MportsOwnHello_IsRead()
    {
        var (dialled, accepted) = await LoopbackPair.CreateAsync();
        using (accepted)
        {
            using var end = new CancellationTokenSource();
            var handshake = TlsTransport.ConnectAsync(dialled, CarrierTls.ForClient("edge.test", (_, _, _, _) => false), end.Token);
            var bytes = new byte[ClientHelloReader.MaxBytes];
            var count = 0;
            ClientHello? hello;
            while (ClientHelloReader.TryRead(bytes.AsSpan(0, count), out hello) == ClientHelloResult.Incomplete)
            {
                count += await accepted.ReceiveAsync(bytes.AsMemory(count), SocketFlags.None).AsTask().Limited("the ClientHello");
            }

            Assert.NotNull(hello);
            Assert.Equal("edge.test", hello.ServerName);
            Assert.Equal("mport/1", Assert.Single(hello.Protocols));
            await end.CancelAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => handshake).Limited("the handshake to give up");
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH\r\n")]
    [InlineData("\x15\x03\x03\0\x02\x02\x28")]
    [InlineData("\x16\x02\0\0\x05hello")]
    [InlineData("\x16\x03\x01\0\0")]
    [InlineData("\x16\x03\x01\xff\xff")]
    [InlineData("\x16\x03\x01\0\x04\x02\0\0\0")]
    [InlineData("\x16\x03\x01\0\x04\x01\x7f\xff\xff")]
    [InlineData("\x16\x03\x01\0\x04\x01\0\0\0")]
    public void WhatIsNotAClientHello_IsInvalid(string text)
    {
        var bytes = System.Text.Encoding.Latin1.GetBytes(text);

        Assert.Equal(ClientHelloResult.Invalid, ClientHelloReader.TryRead(bytes, out _));
    }

    [Fact]
    public void MutatedHellos_GiveAResultAndNeverThrow()
    {
        var random = new Random(5);
        for (var round = 0; round < 200_000; round++)
        {
            var bytes = (random.Next(3) switch { 0 => RealClientHellos.Curl, 1 => RealClientHellos.OpenSsl, _ => RealClientHellos.OpenSslTls12 }).ToArray();
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var result = ClientHelloReader.TryRead(bytes.AsSpan(0, random.Next(bytes.Length + 1)), out var hello);
            Assert.Equal(result == ClientHelloResult.Complete, hello is not null);
        }
    }

    [Fact]
    public void RandomRecords_GiveAResultAndNeverThrow()
    {
        var random = new Random(6);
        for (var round = 0; round < 100_000; round++)
        {
            var bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            "\x16\x03\x01\0"u8[..Math.Min(4, bytes.Length)].CopyTo(bytes);
            var result = ClientHelloReader.TryRead(bytes, out var hello);
            Assert.Equal(result == ClientHelloResult.Complete, hello is not null);
        }
    }

    /// <summary>The same message in records of at most so many bytes.</summary>
    internal static byte[] SplitIntoRecords(ReadOnlySpan<byte> hello, int fragment)
    {
        var result = new List<byte>();
        for (var message = hello[5..]; !message.IsEmpty;)
        {
            var length = Math.Min(fragment, message.Length);
            Span<byte> header = [22, 3, 1, 0, 0];
            BinaryPrimitives.WriteUInt16BigEndian(header[3..], (ushort)length);
            result.AddRange(header);
            result.AddRange(message[..length]);
            message = message[length..];
        }

        return [.. result];
    }
}
