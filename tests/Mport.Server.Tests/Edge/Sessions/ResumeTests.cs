using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Edge.Sessions;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Sessions;

public sealed class ResumeTests
{
    private static readonly OpenTunnel Tunnel = new() { Request = 0, Name = "a", Proto = "tcp" };

    [Fact]
    public async Task NotOffered_OrNotKept_IsNotAgreed()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var without = await WireClient.ConnectAsync(edge);
        Assert.Null(without.Welcome.Resume);
        await using var refusing = await RunningTestEdge.StartAsync(new SessionLimits { ResumeGrace = TimeSpan.Zero });
        await using var client = await WireClient.ConnectResumableAsync(refusing);
        Assert.Null(client.Welcome.Resume);
    }

    [Fact]
    public async Task BrokenConnection_IsTakenUpAgain_WithAnotherTicketEachTime() // SEC-28
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var network = new FaultRelay(edge.Tls.Port, TimeProvider.System);
        await using var client = await WireClient.ConnectResumableAsync(edge, Through(network));
        var (visitor, stream) = await VisitAsync(client);
        using var owned = visitor;
        var tickets = new List<Secret?> { client.Welcome.Resume?.Ticket };
        for (var i = 0; i < 10; i++)
        {
            network.Cut();
            tickets.Add(await client.TakeUpAsync(edge, tickets[^1], Through(network)));
            await PassesAsync(visitor, stream);
        }

        Assert.Equal(tickets.Count, tickets.Distinct().Count());
        Assert.Equal(10, edge.Logs.Texts.Count(text => text.Contains("goes on over another connection", StringComparison.Ordinal)));

        // What was captured of an earlier greeting is worth nothing, and disturbs nothing.
        foreach (var used in tickets.Take(tickets.Count - 1))
        {
            var (transport, answer) = await WireClient.GreetAsync(
                edge, client.Hello with { Session = client.Welcome.Session, Resume = new ResumeOffer { Window = 1, Ticket = used, Received = client.Transport?.Received } });
            await transport.DisposeAsync();
            Assert.Equal(ProtocolErrors.ResumeRefused.Code.ToString(), answer.Refused?.Code);
        }

        await PassesAsync(visitor, stream);
    }

    [Fact]
    public async Task ConnectionThatTheEdgeStillHolds_IsReplacedAtOnce() // REL-12: half-open, again and again
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var network = new FaultRelay(edge.Tls.Port, TimeProvider.System);
        await using var client = await WireClient.ConnectResumableAsync(edge, Through(network));
        var (visitor, stream) = await VisitAsync(client);
        using var owned = visitor;
        var ticket = client.Welcome.Resume?.Ticket;
        for (var i = 0; i < 50; i++)
        {
            network.HalfOpenServer();
            ticket = await client.TakeUpAsync(edge, ticket, Through(network));
            await PassesAsync(visitor, stream);
        }
    }

    [Fact]
    public async Task WelcomeThatWasLost_TheTicketBeforeIsStillGood()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectResumableAsync(edge);
        var (visitor, stream) = await VisitAsync(client);
        using var owned = visitor;
        var ticket = client.Welcome.Resume?.Ticket;

        // The edge has welcomed the client and goes on over this connection; the client has not heard it.
        var (lost, answer) = await client.GreetAgainAsync(edge, ticket);
        Assert.NotNull(answer.Welcome);
        await lost.DisposeAsync();

        await client.TakeUpAsync(edge, ticket);
        await PassesAsync(visitor, stream);
    }

    [Fact]
    public async Task WrongTicketOrOffset_IsRefused()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectResumableAsync(edge);
        await RefusedAsync(edge, client, new ResumeOffer { Window = 1, Ticket = ResumeTicket.Create(), Received = 0 });
        Assert.False(client.Run.IsCompleted);
        Assert.IsType<TunnelOpened>(await client.OpenAsync(Tunnel));

        await RefusedAsync(edge, client, new ResumeOffer { Window = 1, Ticket = client.Welcome.Resume?.Ticket, Received = long.MaxValue });
    }

    [Fact]
    public async Task AwayForTooLong_TheSessionEnds_AndSoDoItsStreams()
    {
        await using var edge = await RunningTestEdge.StartAsync(new SessionLimits { ResumeGrace = TimeSpan.FromSeconds(1) });
        await using var network = new FaultRelay(edge.Tls.Port, TimeProvider.System);
        await using var client = await WireClient.ConnectResumableAsync(edge, Through(network));
        var (visitor, _) = await VisitAsync(client);
        using var owned = visitor;

        network.Cut();

        await Assert.ThrowsAsync<SocketException>(() => visitor.ReceiveAsync(new byte[1]).Limited("the visitor's reset"));
        await RefusedAsync(edge, client, new ResumeOffer { Window = 1, Ticket = client.Welcome.Resume?.Ticket, Received = 0 }, ProtocolErrors.SessionUnknown);
        Assert.Contains(edge.Logs.Texts, text => text.Contains(ProtocolErrors.GraceOver.Code.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task VisitorWhoComesMeanwhile_WaitsAndIsServed()
    {
        await using var edge = await RunningTestEdge.StartAsync(new SessionLimits { AwayPatience = TimeSpan.FromSeconds(50) });
        await using var network = new FaultRelay(edge.Tls.Port, TimeProvider.System);
        await using var client = await WireClient.ConnectResumableAsync(edge, Through(network));
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(Tunnel));
        network.Cut();
        await AwayAsync(edge);

        using var visitor = await ConnectAsync(opened);
        await visitor.SendAsync("hello"u8.ToArray());
        await client.TakeUpAsync(edge, client.Welcome.Resume?.Ticket, Through(network));

        var (_, stream) = await client.VisitorAsync();
        await stream.AsStream().ReadExactlyAsync(new byte[5]).Limited("the visitor's first bytes");
    }

    [Fact]
    public async Task ClientThatIsGone_VisitorsAreTurnedAwayWithinASecond() // REL-02
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var network = new FaultRelay(edge.Tls.Port, TimeProvider.System);
        await using var client = await WireClient.ConnectResumableAsync(edge, Through(network));
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(Tunnel));
        var web = Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 0, Name = "b", Proto = "http", Subdomain = "shop" }));
        network.Cut();
        await AwayAsync(edge);
        var began = Stopwatch.GetTimestamp();

        using var visitor = await ConnectAsync(opened);
        await Assert.ThrowsAsync<SocketException>(() => visitor.ReceiveAsync(new byte[1]).Limited("the visitor's reset"));
        using var browser = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{edge.Http.Port}/");
        request.Headers.Host = new Uri(web.Urls[0]).Authority;
        using var answer = await browser.SendAsync(request).Limited("the page");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task TokenRevokedMeanwhile_EndsTheSession() // SEC-66
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectResumableAsync(edge);
        Assert.True(AccessToken.TryGetKeyId(edge.Token, out var keyId));
        client.Transport?.Suspend(Failure.Of(ConnectionErrors.ConnectionLost));

        await edge.Data.Tokens.RevokeAsync(new TokenId("key_" + keyId), default).Limited("the revocation");

        await RefusedAsync(
            edge, client, new ResumeOffer { Window = 1, Ticket = client.Welcome.Resume?.Ticket, Received = 0 }, AccountErrors.TokenRevoked);
    }

    [Fact]
    public async Task NewSessionOfTheClient_TakesTheTunnelOverAtOnce_FromOneThatIsAway() // REL-25, REL-40
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var network = new FaultRelay(edge.Tls.Port, TimeProvider.System);
        await using var away = await WireClient.ConnectResumableAsync(edge, Through(network));
        var opened = Assert.IsType<TunnelOpened>(await away.OpenAsync(Tunnel));
        network.Cut();

        await using var restarted = await WireClient.ConnectResumableAsync(edge);
        var taken = Assert.IsType<TunnelOpened>(await restarted.OpenAsync(Tunnel));

        Assert.Equal((opened.Urls[0], true), (taken.Urls[0], taken.TookOver));
        await away.TakeUpAsync(edge, away.Welcome.Resume?.Ticket);
        Assert.Equal(TunnelErrors.TunnelTakenOver.Code.ToString(), Assert.IsType<TunnelClosed>(await away.NextAsync()).Code);
    }

    [Fact]
    public async Task Stop_DoesNotWaitForAClientThatIsAway() // REL-18
    {
        await using var edge = await RunningTestEdge.StartAsync(drain: TimeSpan.FromMinutes(10));
        await using var network = new FaultRelay(edge.Tls.Port, TimeProvider.System);
        await using var client = await WireClient.ConnectResumableAsync(edge, Through(network));
        var (visitor, _) = await VisitAsync(client);
        using var owned = visitor;
        network.Cut();
        await AwayAsync(edge);

        await edge.StopAsync();
    }

    private static async Task<(Socket Visitor, CarrierStream Stream)> VisitAsync(WireClient client)
    {
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(Tunnel));
        var visitor = await ConnectAsync(opened);
        return (visitor, (await client.VisitorAsync()).Stream);
    }

    private static async Task<Socket> ConnectAsync(TunnelOpened tunnel)
    {
        var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await visitor.ConnectAsync("127.0.0.1", new Uri(tunnel.Urls[0]).Port).Limited("the public port");
        return visitor;
    }

    private static async Task PassesAsync(Socket visitor, CarrierStream stream)
    {
        var buffer = new byte[4];
        await visitor.SendAsync("ping"u8.ToArray()).Limited("the visitor to send");
        await stream.AsStream().ReadExactlyAsync(buffer).Limited("the visitor's bytes");
        await stream.WriteAsync(buffer, default).Limited("the answer to go");
        Assert.Equal(4, await visitor.ReceiveAsync(buffer).Limited("the answer"));
    }

    // The edge logs it once it knows.
    private static Task AwayAsync(RunningTestEdge edge) => edge.Logs.WhenLoggedAsync("waits for another");

    private static IPEndPoint Through(FaultRelay network) => new(IPAddress.Loopback, network.Port);

    private static async Task RefusedAsync(RunningTestEdge edge, WireClient client, ResumeOffer offer, ErrorDescription? why = null)
    {
        var (transport, answer) = await WireClient.GreetAsync(edge, client.Hello with { Session = client.Welcome.Session, Resume = offer });
        await using var _ = transport;
        Assert.Equal((why ?? ProtocolErrors.ResumeRefused).Code.ToString(), answer.Refused?.Code);
    }
}
