using System.Net;
using System.Net.Sockets;
using Mport.Server.Tunnels.Udp;
using Mport.Testing;

namespace Mport.Server.Tests.Tunnels.Udp;

public sealed class UdpSocketTests
{
    public enum Kind
    {
        Linux,
        Portable,
    }

    [Theory]
    [InlineData(Kind.Linux, "127.0.0.1", "127.0.0.1")]
    [InlineData(Kind.Linux, "0.0.0.0", "127.0.0.5")]
    [InlineData(Kind.Linux, "::", "127.0.0.5")]
    [InlineData(Kind.Linux, "::", "::1")]
    [InlineData(Kind.Portable, "127.0.0.1", "127.0.0.1")]
    [InlineData(Kind.Portable, "::", "::1")]
    public async Task EachSize_ComesWhole_AndGoesBackFromTheAddressThatWasUsed(Kind kind, string bound, string called)
    {
        Assert.SkipUnless(kind == Kind.Portable || OperatingSystem.IsLinux(), "Linux's own calls.");
        var bind = UdpSocket.Bind(IPAddress.Parse(bound), 0);
        using UdpSocket port = kind == Kind.Linux ? new LinuxUdpSocket(bind) : new PortableUdpSocket(bind);
        var address = IPAddress.Parse(called);

        // A connected socket takes datagrams from the address that it called alone.
        using var visitor = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        visitor.SendBufferSize = 1024 * 1024;
        visitor.ReceiveBufferSize = 1024 * 1024;
        await visitor.ConnectAsync(new IPEndPoint(address, port.Bound.Port));
        var batch = new UdpReceiveBatch();
        var answers = new UdpSendBatch();
        foreach (var size in new[] { 0, 1, 1200, 1472, 1500, 9000, 65_507 })
        {
            var sent = new byte[size];
            new Random(size).NextBytes(sent);
            await visitor.SendAsync(sent);
            await port.WaitAsync(CancellationToken.None).Limited($"a datagram of {size} bytes");
            Assert.Equal(1, port.Receive(batch));
            Assert.Equal(sent, batch.Payload(0).ToArray());
            Assert.Equal(visitor.LocalEndPoint, batch.Source(0).ToEndPoint());
            Assert.Equal(0, port.Receive(batch));

            answers.Clear();
            Assert.True(answers.TryAdd(batch.Source(0), batch.Local(0), batch.Payload(0)));
            Assert.Equal(1, port.Send(answers, 0, out var error));
            Assert.Equal(SocketError.Success, error);
            var answer = new byte[65_536];
            var length = await visitor.ReceiveAsync(answer).Limited($"the answer of {size} bytes");
            Assert.Equal(sent, answer[..length]);
        }
    }

    [Fact]
    public void DatagramThatCannotGo_HoldsUpNoOther()
    {
        using var port = UdpSocket.Open(IPAddress.Loopback, 0, inherited: null);
        using var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        visitor.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var to = new UdpAddress(UdpAddress.BitsOf(IPAddress.Loopback), (ushort)((visitor.LocalEndPoint as IPEndPoint)?.Port ?? 0), 0);
        var batch = new UdpSendBatch();
        batch.TryAdd(to, 0, [1]);
        batch.TryAdd(to with { Port = 0 }, 0, [2]); // No port: refused by the system.
        batch.TryAdd(to, 0, [3]);

        Assert.Equal(1, port.Send(batch, 0, out _));
        Assert.Equal(0, port.Send(batch, 1, out var error));
        Assert.NotEqual(SocketError.Success, error);
        Assert.Equal(1, port.Send(batch, 2, out _));
    }

    [Fact]
    public void ManyDatagrams_ComeInOneBatch_InOrder()
    {
        using var port = UdpSocket.Open(IPAddress.Loopback, 0, inherited: null);
        using var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        visitor.Connect(port.Bound);
        for (byte i = 0; i < 40; i++)
        {
            visitor.Send([i]);
        }

        var batch = new UdpReceiveBatch();
        var got = new List<byte>();
        while (port.Receive(batch) is > 0 and var count)
        {
            got.AddRange(Enumerable.Range(0, count).Select(index => batch.Payload(index)[0]));
        }

        Assert.Equal(Enumerable.Range(0, 40).Select(i => (byte)i), got);
    }
}
