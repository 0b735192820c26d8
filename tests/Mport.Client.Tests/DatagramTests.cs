using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Datagrams;
using Mport.Protocol.Streams;
using Mport.Testing;

namespace Mport.Client.Tests;

public sealed class DatagramTests
{
    private static readonly IPEndPoint One = new(IPAddress.Parse("203.0.113.7"), 4321);
    private static readonly IPEndPoint Two = new(IPAddress.Parse("2001:db8::7"), 53);

    [Fact]
    public async Task EachVisitor_HasASocketOfItsOwn_AndGetsItsOwnAnswers()
    {
        using var target = new UdpTarget();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, Udp(target.Port));
        await using var way = await EdgeWay.OpenAsync(await edge.SessionAsync());
        way.Send(1, One, "from one"u8);
        way.Send(2, Two, "from two"u8);

        var (first, firstFrom) = await target.NextAsync();
        var (second, secondFrom) = await target.NextAsync();
        Assert.Equal(("from one", "from two"), (first, second));
        Assert.NotEqual(firstFrom, secondFrom);
        Assert.Equal(One, (await client.Events.NextAsync<ConnectionOpened>()).Visitor);
        Assert.Equal(Two, (await client.Events.NextAsync<ConnectionOpened>()).Visitor);

        target.Send("to two", secondFrom);
        target.Send("to one", firstFrom);
        Assert.Equal(["1 to one", "2 to two"], new[] { await way.NextAsync(), await way.NextAsync() }.Order());
        var status = Assert.Single(client.Client.Status.Tunnels);
        Assert.Equal((2, 16L, 12L), (status.Open, status.BytesIn, status.BytesOut));

        way.Forget(1);
        Assert.Equal(8, (await client.Events.NextAsync<ConnectionClosed>()).BytesIn);
        Assert.Equal(1, client.Client.Status.Tunnels[0].Open);
    }

    [Fact]
    public async Task NewSession_KeepsTheVisitorsSocket()
    {
        using var target = new UdpTarget();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, Udp(target.Port));
        var session = await edge.SessionAsync();
        var before = await EdgeWay.OpenAsync(session);
        before.Send(1, One, "before"u8);
        var (_, from) = await target.NextAsync();
        session.Carrier.Close(Protocol.Errors.Failure.Of(Protocol.Errors.ProtocolErrors.SessionClosed, "A test."));
        await before.DisposeAsync();

        await using var after = await EdgeWay.OpenAsync(await edge.SessionAsync());
        after.Send(7, One, "after"u8);
        var (text, again) = await target.NextAsync();
        Assert.Equal(("after", from), (text, again));
        target.Send("answer", again);
        Assert.Equal("7 answer", await after.NextAsync());
    }

    [Fact]
    public async Task TargetThatDoesNotListen_IsToldOf_AndServedOnceItDoes()
    {
        int port;
        using (var gone = new UdpTarget())
        {
            port = gone.Port;
        }

        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, Udp(port));
        await using var way = await EdgeWay.OpenAsync(await edge.SessionAsync());
        await client.Events.NextAsync<TargetDown>(); // The look at the start.
        way.Send(1, One, "lost"u8);
        Assert.Contains("UDP", string.Join(' ', client.Events.All.OfType<TargetDown>().Select(down => down.Failure.Text)), StringComparison.Ordinal);
        await client.Events.NextAsync<ConnectionOpened>();

        using var target = new UdpTarget(port);
        way.Send(1, One, "here"u8);
        way.Send(1, One, "again"u8);
        Assert.Contains((await target.NextAsync()).Text, new[] { "here", "again", "lost" });
    }

    [Fact]
    public async Task FullTable_ClosesWhoWasSilentForLongest_AndTellsTheEdge() // REL-54
    {
        using var target = new UdpTarget();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(RunningClient.Options(edge.Port, edge.Pin, Udp(target.Port)) with { MaxDatagramFlows = 2 });
        await using var way = await EdgeWay.OpenAsync(await edge.SessionAsync());
        for (uint visitor = 1; visitor <= 3; visitor++)
        {
            way.Send(visitor, new IPEndPoint(One.Address, (int)visitor), "x"u8);
            await target.NextAsync();
        }

        Assert.Equal("forget 1", await way.NextAsync());
        Assert.Equal(2, client.Client.Status.Tunnels[0].Open);
        way.SendBare(1, "x"u8); // The edge had not heard yet.
        Assert.Equal("forget 1", await way.NextAsync());
    }

    [Fact]
    public async Task SilentVisitor_IsClosed_WhenTheEdgeIsLost()
    {
        using var target = new UdpTarget();
        var time = new ManualTimeProvider();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(RunningClient.Options(edge.Port, edge.Pin, Udp(target.Port)), time: time);
        await using var way = await EdgeWay.OpenAsync(await edge.SessionAsync());
        way.Send(1, One, "x"u8);
        await target.NextAsync();

        // In steps below the time after which a silent peer is given up.
        for (var i = 0; i < 80 && client.Client.Status.Tunnels[0].Open > 0; i++)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        Assert.NotNull(await client.Events.NextAsync<ConnectionClosed>());
    }

    [Fact]
    public async Task DatagramsForATcpTunnel_AreForbidden() // SEC-26
    {
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, RunningClient.Tcp(9));
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        var stream = await session.Carrier.OpenStreamAsync(new StreamPrelude { Kind = StreamKind.Udp, Tunnel = 1 }.ToBytes(), default).Limited("a stream");

        Assert.Equal(StreamStatus.Forbidden, (await StreamAnswer.ReadAsync(stream, default).Limited("the answer")).Status);
    }

    [Fact]
    public async Task NumberForTwoVisitors_ResetsTheStream_AndNothingElse()
    {
        using var target = new UdpTarget();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, Udp(target.Port));
        var session = await edge.SessionAsync();
        await using var way = await EdgeWay.OpenAsync(session);
        way.Announce(1, One);
        way.Announce(1, Two);

        await way.Ended.Limited("the stream to be reset");
        Assert.Equal("", (await target.NextAsync()).Text); // What the first of the two sent.
        await using var another = await EdgeWay.OpenAsync(session, opened: true);
        another.Send(1, One, "x"u8);
        Assert.Equal("x", (await target.NextAsync()).Text);
    }

    [Fact]
    public async Task ProxyHeader_StandsBeforeTheFirstDatagramAlone()
    {
        using var target = new UdpTarget();
        await using var edge = new FakeEdge();
        await using var client = RunningClient.Start(edge, Udp(target.Port) with { ProxyProtocol = 2 });
        await using var way = await EdgeWay.OpenAsync(await edge.SessionAsync());
        way.Send(1, One, "first"u8);
        way.Send(1, One, "second"u8);

        var first = await target.NextAsync();
        Assert.StartsWith("\r\n\r\n\0\r\nQUIT\n", first.Text, StringComparison.Ordinal);
        Assert.EndsWith("first", first.Text, StringComparison.Ordinal);
        Assert.Equal("second", (await target.NextAsync()).Text);
    }

    private static TunnelSpec Udp(int port) => new() { Name = "udp", Kind = TunnelKind.Udp, Target = new TargetAddress("127.0.0.1", port) };

    /// <summary>A UDP service that does what the test tells it.</summary>
    private sealed class UdpTarget : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

        public UdpTarget(int port = 0) => _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));

        public int Port => (_socket.LocalEndPoint as IPEndPoint)?.Port ?? 0;

        public async Task<(string Text, EndPoint From)> NextAsync()
        {
            var buffer = new byte[65_536];
            var got = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0)).Limited("a datagram at the target");
            return (System.Text.Encoding.Latin1.GetString(buffer, 0, got.ReceivedBytes), got.RemoteEndPoint);
        }

        public void Send(string text, EndPoint to) => _socket.SendTo(System.Text.Encoding.Latin1.GetBytes(text), to);

        public void Dispose() => _socket.Dispose();
    }

    /// <summary>The edge's end of a datagram stream.</summary>
    private sealed class EdgeWay : IDatagramReceiver, IAsyncDisposable
    {
        private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();
        private readonly Dictionary<uint, DatagramVisitor> _visitors = [];
        private readonly DatagramStream _stream;
        private readonly CancellationTokenSource _stop = new();

        private EdgeWay(CarrierStream stream)
        {
            _stream = new DatagramStream(DatagramStreamSide.Edge, this, new DatagramLimits(), new MemoryBudget(1 << 24), new DatagramCount());
            Ended = _stream.RunAsync(stream, async opened => await StreamAnswer.ReadAsync(opened, default), _stop.Token);
        }

        public Task<StreamException?> Ended { get; }

        public static async Task<EdgeWay> OpenAsync(FakeSession session, bool opened = false)
        {
            if (!opened)
            {
                await session.OpenTunnelAsync(1);
            }

            return new EdgeWay(await session.Carrier.OpenStreamAsync(new StreamPrelude { Kind = StreamKind.Udp, Tunnel = 1 }.ToBytes(), default).Limited("a datagram stream"));
        }

        public void Send(uint number, IPEndPoint address, ReadOnlySpan<byte> payload)
        {
            if (!_visitors.TryGetValue(number, out var visitor))
            {
                _visitors.Add(number, visitor = new DatagramVisitor(number, address));
            }

            _stream.Send(visitor, payload);
            _stream.Flush();
        }

        /// <summary>A datagram of a visitor that is known already.</summary>
        public void SendBare(uint number, ReadOnlySpan<byte> payload) => Send(number, One, payload);

        public void Announce(uint number, IPEndPoint address)
        {
            _stream.Send(new DatagramVisitor(number, address), []);
            _stream.Flush();
        }

        public void Forget(uint number) => _stream.Forget(_visitors[number]);

        public Task<string> NextAsync() => _heard.Reader.ReadAsync().Limited("a record from the client");

        public bool OnDatagram(uint visitor, ReadOnlySpan<byte> payload) => _heard.Writer.TryWrite($"{visitor} {System.Text.Encoding.Latin1.GetString(payload)}");

        public void OnVisitor(uint visitor, IPEndPoint address) => _heard.Writer.TryWrite($"visitor {visitor}");

        public void OnForget(uint visitor) => _heard.Writer.TryWrite($"forget {visitor}");

        public void Flush()
        {
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Ended.Limited("the datagram stream to end");
            _stop.Dispose();
        }
    }
}
