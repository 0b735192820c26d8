using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Carriers;
using Mport.Protocol.Control;
using Mport.Protocol.Datagrams;
using Mport.Protocol.Streams;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Tunnels.Udp;

public sealed class UdpTunnelTests
{
    private static readonly OpenTunnel Dns = new() { Request = 0, Name = "dns", Proto = "udp", Target = "127.0.0.1:53" };

    [Fact]
    public async Task Visitors_ReachTheClient_AndEachGetsItsOwnAnswer()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectAsync(edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(Dns));
        Assert.StartsWith("udp://localhost:", opened.Urls[0], StringComparison.Ordinal);
        using var one = Visitor(opened);
        using var two = Visitor(opened);
        await one.SendAsync("one"u8.ToArray());
        await two.SendAsync("two"u8.ToArray());

        var (prelude, stream) = await client.VisitorAsync();
        Assert.Equal((StreamKind.Udp, opened.Number), (prelude.Kind, prelude.Tunnel));
        Assert.Null(prelude.Visitor);
        var numbers = await ReadVisitorsAsync(stream, 2);
        await SendAsync(stream, numbers[two.LocalEndPoint!.ToString()!], "for two"u8.ToArray());
        await SendAsync(stream, numbers[one.LocalEndPoint!.ToString()!], "for one"u8.ToArray());

        Assert.Equal("for one", await ReceiveAsync(one));
        Assert.Equal("for two", await ReceiveAsync(two));
    }

    [Fact]
    public async Task IllegalRecord_CostsTheClientItsStream_AndTheNextDatagramOpensAnother()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectAsync(edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(Dns));
        using var visitor = Visitor(opened);
        await visitor.SendAsync(new byte[1]);
        var (_, stream) = await client.VisitorAsync();
        var into = new byte[64];
        await stream.WriteAsync(into.AsMemory(0, DatagramRecord.WriteVisitor(into, 1, new IPEndPoint(IPAddress.Loopback, 1))), default);
        await Assert.ThrowsAsync<Mport.Protocol.StreamException>(() => ReadUntilEndAsync(stream)); // Only the edge announces.

        var again = AcceptSoonAsync(client);
        while (!again.IsCompleted)
        {
            // The edge asks a client again a second after its stream was lost; datagrams until then go nowhere.
            await visitor.SendAsync(new byte[1]);
            await Task.WhenAny(again, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken));
        }

        Assert.Equal(StreamKind.Udp, (await again).Prelude.Kind);
    }

    [Fact]
    public async Task ClosedTunnel_ClosesThePort_AndEndsTheStreamInOrder()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectAsync(edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(Dns));
        using var visitor = Visitor(opened);
        await visitor.SendAsync(new byte[1]);
        var (_, stream) = await client.VisitorAsync();

        await client.SendAsync(new CloseTunnel { Number = opened.Number });
        await ReadUntilEndAsync(stream);
        Assert.IsType<TunnelOpened>(await client.OpenAsync(Dns with { Name = "again" }));
        using var free = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        free.Bind(new IPEndPoint(IPAddress.Loopback, PortOf(opened)));
    }

    [Fact]
    public async Task TakenOverTunnel_KeepsItsVisitors_OnTheNewSession() // REL-54
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var before = await WireClient.ConnectAsync(edge);
        var opened = Assert.IsType<TunnelOpened>(await before.OpenAsync(Dns));
        using var visitor = Visitor(opened);
        await visitor.SendAsync("1"u8.ToArray());
        var (_, old) = await before.VisitorAsync();
        var number = (await ReadVisitorsAsync(old, 1)).Values.Single();

        await using var after = await WireClient.ConnectAsync(edge);
        Assert.Equal(opened.Urls, Assert.IsType<TunnelOpened>(await after.OpenAsync(Dns)).Urls);
        await visitor.SendAsync("2"u8.ToArray());
        var (_, stream) = await after.VisitorAsync();
        Assert.Equal(number, (await ReadVisitorsAsync(stream, 1)).Values.Single());
        await SendAsync(stream, number, "still here"u8.ToArray());
        Assert.Equal("still here", await ReceiveAsync(visitor));
        await ReadUntilEndAsync(old); // In order: its last answers could still come.
    }

    private static int PortOf(TunnelOpened opened) => new Uri(opened.Urls[0]).Port;

    private static Socket Visitor(TunnelOpened opened)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(new IPEndPoint(IPAddress.Loopback, PortOf(opened)));
        return socket;
    }

    private static async Task<(StreamPrelude Prelude, CarrierStream Stream)> AcceptSoonAsync(WireClient client) => await client.VisitorAsync();

    private static async Task<string> ReceiveAsync(Socket visitor)
    {
        var buffer = new byte[2000];
        return System.Text.Encoding.ASCII.GetString(buffer, 0, await visitor.ReceiveAsync(buffer).Limited("the answer"));
    }

    private static async Task SendAsync(CarrierStream stream, uint number, byte[] payload)
    {
        var record = new byte[DatagramRecord.HeaderBytes + payload.Length];
        DatagramRecord.WriteHeader(record, number, payload.Length);
        payload.CopyTo(record, DatagramRecord.HeaderBytes);
        await stream.WriteAsync(record, default).Limited("an answer to be sent");
    }

    private static async Task ReadUntilEndAsync(CarrierStream stream)
    {
        while (await stream.ReadAsync(new byte[4096], default).Limited("the end of the stream") > 0)
        {
        }
    }

    /// <summary>Reads until so many visitors were announced and each has sent a datagram.</summary>
    private static async Task<Dictionary<string, uint>> ReadVisitorsAsync(CarrierStream stream, int count)
    {
        var numbers = new Dictionary<string, uint>();
        var heard = new HashSet<uint>();
        var buffer = new byte[64 * 1024];
        var filled = 0;
        while (heard.Count < count)
        {
            filled += await stream.ReadAsync(buffer.AsMemory(filled), default).Limited("a visitor's datagram");
            var input = (ReadOnlySpan<byte>)buffer.AsSpan(0, filled);
            while (DatagramRecord.TryRead(ref input, out var record))
            {
                if (record.Address is { } address)
                {
                    numbers.Add(address.ToString(), record.Visitor);
                }
                else
                {
                    heard.Add(record.Visitor);
                }
            }

            var left = input.ToArray();
            left.CopyTo(buffer, 0);
            filled = left.Length;
        }

        return numbers;
    }
}
