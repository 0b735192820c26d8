using System.Net;
using System.Net.Sockets;
using Mport.EndToEnd.Tests.Kit;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Udp;

public sealed class UdpTransferTests(SharedEdge shared)
{
    [Fact]
    public async Task EachSize_ComesBackWhole() // REL-17
    {
        await using var echo = new UdpEcho();
        await using var tunnel = await ServedTunnel.UdpAsync(shared.Edge, echo.Port);
        Assert.Equal("udp", tunnel.Url.Scheme);
        using var visitor = Visitor(tunnel.Url.Port);
        var answer = new byte[65_536];
        foreach (var size in new[] { 0, 1, 1200, 1472, 1500, 9000, 65_507 })
        {
            var sent = Filled(size, size);
            await visitor.SendAsync(sent);
            var length = await visitor.ReceiveAsync(answer).Limited($"the answer of {size} bytes");
            Assert.True(sent.AsSpan().SequenceEqual(answer.AsSpan(0, length)), $"A datagram of {size} bytes did not come back whole.");
        }
    }

    [Fact]
    public async Task ManyVisitorsAtOnce_EachGetItsOwnAnswers_InOrder() // REL-54
    {
        const int Visitors = 50;
        const int Each = 40;
        await using var echo = new UdpEcho();
        await using var tunnel = await ServedTunnel.UdpAsync(shared.Edge, echo.Port);
        await Task.WhenAll(Enumerable.Range(0, Visitors).Select(VisitAsync)).Limited("all visitors' answers");
        Assert.Equal(Visitors, echo.Sources);

        async Task VisitAsync(int number)
        {
            using var visitor = Visitor(tunnel.Url.Port);
            for (var i = 0; i < Each; i++)
            {
                await visitor.SendAsync(Filled(300, (number * 1000) + i));
            }

            var answer = new byte[2000];
            for (var i = 0; i < Each; i++)
            {
                var length = await visitor.ReceiveAsync(answer);
                Assert.Equal(Filled(300, (number * 1000) + i), answer[..length]);
            }
        }
    }

    [Fact]
    public async Task FiveThousandSources_AreServed_AndTheirSocketsAndMemoryComeBack() // REL-54, SEC-119
    {
        const int Sources = 5000;
        await using var edge = await EdgeProcess.StartAsync("--udp-idle", "20s");
        await using var echo = new UdpEcho();
        await using var tunnel = await ServedTunnel.UdpAsync(edge, echo.Port);
        await ServeAsync(tunnel.Url.Port, 1);
        var before = ProcessReading.Of(tunnel.Client.Process.Id);

        await ServeAsync(tunnel.Url.Port, Sources);
        var busy = ProcessReading.Of(tunnel.Client.Process.Id);
        Assert.InRange(busy.Sockets, before.Sockets + (Sources / 2), before.Sockets + Sources + 10);
        Assert.InRange(busy.ResidentBytes - before.ResidentBytes, 0, 128L * 1024 * 1024);

        await ProcessReading.SettlesAsync(tunnel.Client.Process.Id, now => now.Sockets <= before.Sockets, "the visitors' sockets to be closed after the idle time");

        // A second wave finds the room of the first.
        await ServeAsync(tunnel.Url.Port, Sources);
        var again = ProcessReading.Of(tunnel.Client.Process.Id);
        Assert.InRange(again.ResidentBytes, 0, busy.ResidentBytes + (32L * 1024 * 1024));
        TestContext.Current.TestOutputHelper?.WriteLine($"client: {before} idle, {busy} with {Sources} visitors, {again} with as many again");
    }

    private static async Task ServeAsync(int port, int sources)
    {
        // A hundred at a time: none may be lost for want of a socket buffer.
        var visitors = new List<Socket>();
        try
        {
            for (var first = 0; first < sources; first += 100)
            {
                var wave = Enumerable.Range(first, Math.Min(100, sources - first)).Select(_ => Visitor(port)).ToList();
                visitors.AddRange(wave);
                await Task.WhenAll(wave.Select(async (visitor, i) =>
                {
                    var sent = BitConverter.GetBytes(first + i);
                    await visitor.SendAsync(sent);
                    var answer = new byte[100];
                    var length = await visitor.ReceiveAsync(answer);
                    Assert.Equal(sent, answer[..length]);
                })).Limited($"the answers to sources {first} and on");
            }
        }
        finally
        {
            visitors.ForEach(visitor => visitor.Dispose());
        }
    }

    private static Socket Visitor(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { SendBufferSize = 256 * 1024, ReceiveBufferSize = 256 * 1024 };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private static byte[] Filled(int size, int seed)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
