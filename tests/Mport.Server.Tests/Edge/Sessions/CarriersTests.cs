using System.Net.Sockets;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Server.Edge.Sessions;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Sessions;

public sealed class CarriersTests
{
    private static readonly OpenTunnel Tunnel = new() { Request = 0, Name = "a", Proto = "tcp" };

    [Theory]
    [InlineData(8, 3, 3)]
    [InlineData(2, 3, 2)]
    [InlineData(1, 8, 1)]
    public async Task Asked_IsGrantedUpToTheLimit(int asked, int limit, int granted)
    {
        await using var edge = await RunningTestEdge.StartAsync(new SessionLimits { MaxCarriers = limit });
        await using var client = await ConnectAsync(edge, asked);
        Assert.Equal(granted, client.Welcome.Carriers);
    }

    [Fact]
    public async Task Visitors_AreSpreadOverTheCarriers()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await ConnectAsync(edge, 2);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(Tunnel));
        await using var second = await client.JoinAsync(edge, 1);

        var visitors = new List<Socket>();
        var accepting = new[] { client.Carrier, second }.Select(carrier => carrier.AcceptStreamAsync(default).AsTask()).ToArray();
        for (var i = 0; i < 4; i++)
        {
            visitors.Add(await VisitAsync(opened));
            var accepted = await Task.WhenAny(accepting).Limited("a visitor");
            Assert.NotNull(await accepted);
            var on = Array.IndexOf(accepting, accepted);
            accepting[on] = (on == 0 ? client.Carrier : second).AcceptStreamAsync(default).AsTask();
        }

        // The first has the control stream as well.
        Assert.Equal((3, 2), (client.Carrier.StreamCount, second.StreamCount));
        visitors.ForEach(visitor => visitor.Dispose());
    }

    [Fact]
    public async Task IndexBeyondWhatWasGranted_IsRefused()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await ConnectAsync(edge, 2);
        await RefusedAsync(edge, client.Hello with { Session = client.Welcome.Session, Carrier = 2 }, ProtocolErrors.MalformedHello);
    }

    [Fact]
    public async Task SessionOfAnotherClient_LooksLikeNone()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await ConnectAsync(edge, 2);
        var other = await edge.AddAccountAsync("other@b.example");
        var join = client.Hello with { Session = client.Welcome.Session, Carrier = 1 };

        await RefusedAsync(edge, join with { Token = other }, ProtocolErrors.SessionUnknown);
        await RefusedAsync(edge, join with { ClientId = "machine-2" }, ProtocolErrors.SessionUnknown);
        await RefusedAsync(edge, join with { Instance = "another" }, ProtocolErrors.SessionUnknown);
        await RefusedAsync(edge, join with { Session = "ses_1" }, ProtocolErrors.SessionUnknown);
        Assert.False(client.Run.IsCompleted);
    }

    [Fact]
    public async Task SecondCarrier_MayOpenNoStream() // SEC-25
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await ConnectAsync(edge, 2);
        await using var second = await client.JoinAsync(edge, 1);

        var stream = await second.OpenStreamAsync(new byte[1], default).Limited("a stream");

        await Assert.ThrowsAsync<StreamException>(() => stream.ReadAsync(new byte[1], default).Limited("its reset"));
    }

    [Fact]
    public async Task SecondCarrierLost_TheFirstGoesOn()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await ConnectAsync(edge, 2);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(Tunnel));
        var second = await client.JoinAsync(edge, 1);

        await second.DisposeAsync();
        await EndedAsync(edge, client, 1);

        using var visitor = await VisitAsync(opened);
        await client.VisitorAsync();
        Assert.False(client.Run.IsCompleted);
    }

    [Fact]
    public async Task FirstCarrierLost_TheTunnelStays_AndTheControlStreamComesBack()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await ConnectAsync(edge, 2);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(Tunnel));
        await using var second = await client.JoinAsync(edge, 1);

        await client.Carrier.DisposeAsync();
        await EndedAsync(edge, client, 0);
        using var visitor = await VisitAsync(opened);
        await client.VisitorAsync(second);
        await client.ReplaceFirstAsync(edge);

        // Asked again because the answer was lost: the same answer. A new request is another one.
        await client.SendAsync(Tunnel with { Request = opened.Request });
        var again = Assert.IsType<TunnelOpened>(await client.NextAsync());
        Assert.Equal((opened.Request, opened.Number, opened.Tunnel), (again.Request, again.Number, again.Tunnel));
        var twice = Assert.IsType<TunnelRefused>(await client.OpenAsync(Tunnel));
        Assert.Equal(TunnelErrors.TunnelHeld.Code.ToString(), twice.Code);
    }

    [Fact]
    public async Task TunnelTakenOverWhileTheControlStreamWasAway_IsToldWhenItIsBack()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await ConnectAsync(edge, 2);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(Tunnel));
        await using var second = await client.JoinAsync(edge, 1);
        await client.Carrier.DisposeAsync();

        await using var newer = await WireClient.ConnectAsync(edge);
        Assert.True(Assert.IsType<TunnelOpened>(await newer.OpenAsync(Tunnel)).TookOver);
        await client.ReplaceFirstAsync(edge);

        Assert.Equal(opened.Number, Assert.IsType<TunnelClosed>(await client.NextAsync()).Number);
    }

    [Fact]
    public async Task ControlStreamThatDoesNotComeBack_EndsTheSession()
    {
        await using var edge = await RunningTestEdge.StartAsync(new SessionLimits { ControlGrace = TimeSpan.FromSeconds(1) });
        await using var client = await ConnectAsync(edge, 2);
        await using var second = await client.JoinAsync(edge, 1);

        await client.Carrier.DisposeAsync();

        await second.Ended.Limited("the edge to end the session");
        await RefusedAsync(edge, client.Hello with { Session = client.Welcome.Session, Carrier = 0 }, ProtocolErrors.SessionUnknown);
    }

    [Fact]
    public async Task CarrierOpenedAnew_TakesThePlaceOfTheOldOne() // REL-12
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await ConnectAsync(edge, 2);
        var old = await client.JoinAsync(edge, 1);
        await using var anew = await client.JoinAsync(edge, 1);

        await old.Ended.Limited("the old carrier to be ended");
        Assert.False(anew.Ended.IsCompleted);
        Assert.False(client.Run.IsCompleted);
    }

    // A visitor who comes before the edge knows may be sent to the carrier that ends.
    private static Task EndedAsync(RunningTestEdge edge, WireClient client, int index) =>
        edge.Logs.WhenLoggedAsync($"Carrier {index} of session {client.Welcome.Session} ended");

    private static Task<WireClient> ConnectAsync(RunningTestEdge edge, int carriers) =>
        WireClient.ConnectAsync(edge, WireClient.Greeting(edge.Token) with { Carriers = carriers });

    private static async Task<Socket> VisitAsync(TunnelOpened tunnel)
    {
        var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await visitor.ConnectAsync("127.0.0.1", new Uri(tunnel.Urls[0]).Port).Limited("the public port");
        return visitor;
    }

    private static async Task RefusedAsync(RunningTestEdge edge, Hello hello, ErrorDescription why)
    {
        var (transport, answer) = await WireClient.GreetAsync(edge, hello);
        await using var _ = transport;
        Assert.Equal(why.Code.ToString(), answer.Refused?.Code);
    }
}
