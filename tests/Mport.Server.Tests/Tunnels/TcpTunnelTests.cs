using System.Net;
using System.Net.Sockets;
using Mport.Protocol;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Protocol.Streams;
using Mport.Server.Limits;
using Mport.Server.Tests.Edge.Kit;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Tunnels;

public sealed class TcpTunnelTests
{
    private static readonly OpenTunnel Adb = new() { Request = 0, Name = "adb", Proto = "tcp", Target = "127.0.0.1:5555" };

    [Fact]
    public async Task Visitor_ReachesTheClient_WithItsAddress()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectAsync(edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(Adb));
        using var visitor = await VisitAsync(opened);

        await visitor.SendAsync("ping"u8.ToArray());
        var (prelude, stream) = await client.VisitorAsync();
        Assert.Equal(StreamKind.Tcp, prelude.Kind);
        Assert.Equal(opened.Number, prelude.Tunnel);
        Assert.Equal(visitor.LocalEndPoint, prelude.Visitor);
        Assert.Equal(visitor.RemoteEndPoint, prelude.Public);
        var buffer = new byte[10];
        Assert.Equal(4, await stream.ReadAsync(buffer, default).Limited("the visitor's bytes"));

        await stream.WriteAsync("pong"u8.ToArray(), default);
        stream.CompleteWrites();
        Assert.Equal(4, await visitor.ReceiveAsync(buffer).Limited("the answer"));
        Assert.Equal(0, await visitor.ReceiveAsync(buffer).Limited("the end of the answer"));
    }

    [Fact]
    public async Task VisitorBehindATrustedProxy_IsTheOneThatItsHeaderNames()
    {
        await using var edge = await RunningTestEdge.StartAsync(change: settings => settings with { ProxyProtocolFrom = Networks.Of("127.0.0.2") });
        await using var client = await WireClient.ConnectAsync(edge);
        using var visitor = await VisitAsync(Assert.IsType<TunnelOpened>(await client.OpenAsync(Adb)), "127.0.0.2");

        await visitor.SendAsync("PROXY TCP4 203.0.113.7 198.51.100.1 4321 22\r\nping"u8.ToArray());

        var (prelude, stream) = await client.VisitorAsync();
        Assert.Equal((IPEndPoint.Parse("203.0.113.7:4321"), IPEndPoint.Parse("198.51.100.1:22")), (prelude.Visitor, prelude.Public));
        var buffer = new byte[10];
        Assert.Equal(4, await stream.ReadAsync(buffer, default).Limited("the visitor's bytes, without the header"));
    }

    [Fact]
    public async Task TrustedProxyWithoutAHeader_IsReset_AndAnybodyElsesHeaderIsJustBytes()
    {
        await using var edge = await RunningTestEdge.StartAsync(change: settings => settings with { ProxyProtocolFrom = Networks.Of("127.0.0.2") });
        await using var client = await WireClient.ConnectAsync(edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(Adb));

        using var proxy = await VisitAsync(opened, "127.0.0.2");
        await proxy.SendAsync("SSH-2.0-x\r\n"u8.ToArray());
        await Assert.ThrowsAsync<SocketException>(() => proxy.ReceiveAsync(new byte[1]).Limited("the reset"));

        using var visitor = await VisitAsync(opened, "127.0.0.3");
        await visitor.SendAsync("PROXY UNKNOWN\r\n"u8.ToArray());
        var (prelude, stream) = await client.VisitorAsync();
        Assert.Equal(visitor.LocalEndPoint, prelude.Visitor);
        Assert.Equal(15, await stream.ReadAsync(new byte[20], default).Limited("the visitor's bytes"));
    }

    [Fact]
    public async Task LimitsByAddress_CountTheVisitorsOfAProxy_NotTheProxy()
    {
        await using var edge = await RunningTestEdge.StartAsync(
            change: settings => settings with { ProxyProtocolFrom = Networks.Of("127.0.0.2") },
            edgeLimits: new EdgeLimits { MaxVisitorsPerAddress = 1 });
        await using var client = await WireClient.ConnectAsync(edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(Adb));
        using var first = await VisitAsync(opened, "127.0.0.2");
        await first.SendAsync("PROXY TCP4 203.0.113.7 198.51.100.1 4321 22\r\n"u8.ToArray());
        Assert.Equal(IPEndPoint.Parse("203.0.113.7:4321"), (await client.VisitorAsync()).Prelude.Visitor);

        using var same = await VisitAsync(opened, "127.0.0.2");
        await same.SendAsync("PROXY TCP4 203.0.113.7 198.51.100.1 4322 22\r\n"u8.ToArray());
        await Assert.ThrowsAsync<SocketException>(() => same.ReceiveAsync(new byte[1]).Limited("the second of one address to be reset"));

        using var other = await VisitAsync(opened, "127.0.0.2");
        await other.SendAsync("PROXY TCP4 203.0.113.8 198.51.100.1 4321 22\r\n"u8.ToArray());
        Assert.Equal(IPEndPoint.Parse("203.0.113.8:4321"), (await client.VisitorAsync()).Prelude.Visitor);
    }

    [Fact]
    public async Task TargetThatRefuses_ClosesTheVisitorAtOnce()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectAsync(edge);
        using var visitor = await VisitAsync(Assert.IsType<TunnelOpened>(await client.OpenAsync(Adb)));
        var stream = await client.Carrier.AcceptStreamAsync(default).Limited("the visitor's stream");
        Assert.NotNull(stream);

        await stream.WriteAsync(new StreamAnswer(StreamStatus.Refused, "127.0.0.1:5555 refused the connection.").ToBytes(), default);
        stream.CompleteWrites();

        await Assert.ThrowsAsync<SocketException>(() => visitor.ReceiveAsync(new byte[1]).Limited("the visitor's connection to be closed"));
    }

    [Fact]
    public async Task SecondName_GetsAnotherPort_AndTheFirstOneKeepsItsOwn()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        string first;
        await using (var client = await WireClient.ConnectAsync(edge))
        {
            first = Assert.IsType<TunnelOpened>(await client.OpenAsync(Adb)).Urls[0];
            Assert.NotEqual(first, Assert.IsType<TunnelOpened>(await client.OpenAsync(Adb with { Name = "ssh" })).Urls[0]);
            await client.SendAsync(new Goodbye { Text = "bye" });
            await client.Run.Limited("the session to end");
        }

        await using var again = await WireClient.ConnectAsync(edge);
        Assert.Equal(first, Assert.IsType<TunnelOpened>(await again.OpenAsync(Adb)).Urls[0]);
    }

    [Fact]
    public async Task PortOutsideTheRange_TakenByAnother_OrByAProgram_IsRefused()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectAsync(edge);
        await using var other = await WireClient.ConnectAsync(edge, WireClient.Greeting(await edge.AddAccountAsync("other@b.example"), "machine-2"));
        var range = edge.Data.Settings.TcpPorts;

        Refused(TunnelErrors.PortOutOfRange, await client.OpenAsync(Adb with { RemotePort = range.First - 1 }), range.ToString());
        Refused(TunnelErrors.PortOutOfRange, await client.OpenAsync(Adb with { RemotePort = 22 }), range.ToString()); // SEC-43

        var port = PortOf(Assert.IsType<TunnelOpened>(await client.OpenAsync(Adb)));
        Refused(TunnelErrors.PortTaken, await other.OpenAsync(Adb with { RemotePort = port }), $"{port}");

        await client.SendAsync(new Goodbye { Text = "bye" });
        await client.Run.Limited("the session to end");
        Refused(TunnelErrors.PortTaken, await other.OpenAsync(Adb with { RemotePort = port }), $"{port}"); // SEC-43: offline, and still its own

        using var program = Bind(range.First, range.Last, out var bound);
        Refused(TunnelErrors.PortTaken, await other.OpenAsync(Adb with { RemotePort = bound }), $"{bound}");
    }

    [Fact]
    public async Task ClosedTunnel_LeavesItsPort_AndRefusesLateStreams() // SEC-25
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectAsync(edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(Adb));

        await client.SendAsync(new CloseTunnel { Number = opened.Number });
        Assert.IsType<TunnelOpened>(await client.OpenAsync(Adb with { Name = "other" })); // An answer: the close before it was done.

        await Assert.ThrowsAsync<SocketException>(() => VisitAsync(opened));
    }

    [Fact]
    public async Task SameMachine_TakesOverAtOnce_AndTheLoserIsTold() // REL-12, REL-40
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var loser = await WireClient.ConnectAsync(edge);
        var before = Assert.IsType<TunnelOpened>(await loser.OpenAsync(Adb));
        await using var winner = await WireClient.ConnectAsync(edge);
        Assert.True(winner.Welcome.Generation > loser.Welcome.Generation);

        var after = Assert.IsType<TunnelOpened>(await winner.OpenAsync(Adb));

        Assert.True(after.TookOver);
        Assert.Equal(before.Urls, after.Urls);
        var closed = Assert.IsType<TunnelClosed>(await loser.NextAsync());
        Assert.Equal(TunnelErrors.TunnelTakenOver.Code.ToString(), closed.Code);
        Assert.False(closed.Retry);
        using var visitor = await VisitAsync(after);
        Assert.Equal(after.Number, (await winner.VisitorAsync()).Prelude.Tunnel);
        Refused(TunnelErrors.TunnelTakenOver, await loser.OpenAsync(Adb), "newer");
    }

    [Fact]
    public async Task OtherMachine_IsRefusedWithTheHoldersName_UnlessItTakesOver()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var holder = await WireClient.ConnectAsync(edge, "machine-1");
        await using var other = await WireClient.ConnectAsync(edge, "machine-2");
        Assert.IsType<TunnelOpened>(await holder.OpenAsync(Adb));

        Refused(TunnelErrors.TunnelHeld, await other.OpenAsync(Adb), "machine-1");
        Assert.True(Assert.IsType<TunnelOpened>(await other.OpenAsync(Adb with { Takeover = true })).TookOver);
        Assert.IsType<TunnelClosed>(await holder.NextAsync());
    }

    [Fact]
    public async Task RefusedNewcomer_ChangesNothingOfTheTunnel()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var holder = await WireClient.ConnectAsync(edge, "machine-1");
        await using var other = await WireClient.ConnectAsync(edge, "machine-2");
        var opened = Assert.IsType<TunnelOpened>(await holder.OpenAsync(Adb));

        Refused(TunnelErrors.TunnelHeld, await other.OpenAsync(Adb with { RemotePort = edge.Data.Settings.TcpPorts.Last }), "machine-1");

        using var visitor = await VisitAsync(opened);
        Assert.Equal(opened.Number, (await holder.VisitorAsync()).Prelude.Tunnel);
    }

    [Fact]
    public async Task SessionThatEnds_ResetsItsVisitors_AndGivesUpItsPort()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectAsync(edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(Adb));
        using var visitor = await VisitAsync(opened);
        await client.VisitorAsync();

        client.Carrier.Close(Failure.Of(ProtocolErrors.SessionClosed));

        await Assert.ThrowsAsync<SocketException>(() => visitor.ReceiveAsync(new byte[1]).Limited("the reset at the visitor"));
    }

    [Fact]
    public async Task KindThatTheEdgeDoesNotOffer_IsRefused()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectAsync(edge);
        Refused(TunnelErrors.ProtocolNotOffered, await client.OpenAsync(Adb with { Proto = "sctp" }), "http, tls, tcp, udp and tcp+udp");
        Refused(DomainErrors.DomainInvalid, await client.OpenAsync(Adb with { Proto = "http", Domains = ["shop.localhost"] }), "localhost");
        Refused(TunnelErrors.NameInvalid, await client.OpenAsync(Adb with { Name = "Not a name" }), "a-z");
        Refused(TunnelErrors.NameReserved, await client.OpenAsync(Adb with { Proto = "http", Subdomain = "www" }), "www");
    }

    private static void Refused(ErrorDescription why, ControlMessage answer, string word)
    {
        var refused = Assert.IsType<TunnelRefused>(answer);
        Assert.Equal(why.Code.ToString(), refused.Code);
        Assert.Contains(word, refused.Text);
    }

    private static int PortOf(TunnelOpened opened) => new Uri(opened.Urls[0]).Port;

    private static async Task<Socket> VisitAsync(TunnelOpened opened, string from = "127.0.0.1")
    {
        var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        visitor.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await visitor.ConnectAsync(new IPEndPoint(IPAddress.Loopback, PortOf(opened))).Limited("the public port");
        return visitor;
    }

    private static Socket Bind(int first, int last, out int port)
    {
        for (port = last; port >= first; port--)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                socket.Listen();
                return socket;
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
        }

        throw new InvalidOperationException("No port of the range can be bound.");
    }
}
