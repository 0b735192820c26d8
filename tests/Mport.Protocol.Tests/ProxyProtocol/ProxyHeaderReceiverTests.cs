using System.Net;
using System.Net.Sockets;
using Mport.Protocol.ProxyProtocol;
using Mport.Testing;

namespace Mport.Protocol.Tests.ProxyProtocol;

public sealed class ProxyHeaderReceiverTests
{
    private static readonly ProxyHeader Header =
        ProxyHeader.Of(ProxyTransport.Stream, IPEndPoint.Parse("192.0.2.7:54321"), IPEndPoint.Parse("198.51.100.1:443"));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task HeaderInOnePiece_IsTaken_AndNotAByteMore(int version)
    {
        var (sender, receiver) = await LoopbackPair.CreateAsync();
        using (sender)
        using (receiver)
        {
            await sender.SendAsync((byte[])[.. Write(version), .. "hello"u8]);

            Assert.Equal(Header, await ProxyHeaderReceiver.ReceiveAsync(receiver, default).AsTask().Limited("the header"));
            var rest = new byte[10];
            Assert.Equal(5, await receiver.ReceiveAsync(rest).Limited("what follows the header"));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task HeaderByteByByte_IsTaken(int version)
    {
        var (sender, receiver) = await LoopbackPair.CreateAsync();
        using (sender)
        using (receiver)
        {
            var receiving = ProxyHeaderReceiver.ReceiveAsync(receiver, default).AsTask();
            sender.NoDelay = true;
            foreach (var one in Write(version))
            {
                Assert.False(receiving.IsCompleted);
                await sender.SendAsync((byte[])[one]);
            }

            Assert.Equal(Header, await receiving.Limited("the header"));
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4")] // ends early
    [InlineData("")]
    public async Task WhatIsNoHeader_GivesNone(string text)
    {
        var (sender, receiver) = await LoopbackPair.CreateAsync();
        using (sender)
        using (receiver)
        {
            await sender.SendAsync(System.Text.Encoding.ASCII.GetBytes(text));
            sender.Shutdown(SocketShutdown.Send);

            Assert.Null(await ProxyHeaderReceiver.ReceiveAsync(receiver, default).AsTask().Limited("the end"));
        }
    }

    private static byte[] Write(int version) => version == 1 ? ProxyHeaderV1.Write(Header) : ProxyHeaderV2.Write(Header);
}
