using System.Net.Sockets;
using Mport.Protocol;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Edge.Sessions;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Sessions;

public sealed class SessionTests
{
    [Fact]
    public async Task GoodToken_IsWelcomed()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectAsync(edge);
        Assert.StartsWith("ses_", client.Welcome.Session);
        Assert.Equal("owner@localhost", client.Welcome.Account);
        Assert.Equal("localhost", client.Welcome.Domain);
    }

    [Fact]
    public async Task TokenThatIsNotGood_IsRefusedWithItsReason()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        var unscoped = await edge.AddAccountAsync("reader@b.example", TokenScopes.TunnelsRead);

        await RefusedAsync(edge, new Secret("hunter2"), AccountErrors.TokenMalformed);
        await RefusedAsync(edge, AccessToken.Create(Ulid.Create(TimeProvider.System)), AccountErrors.TokenUnknown);
        await RefusedAsync(edge, unscoped, AccountErrors.ScopeMissing);
    }

    [Fact]
    public async Task Guessing_MakesTheAddressWait_EvenWithTheRightToken() // SEC-62
    {
        await using var edge = await RunningTestEdge.StartAsync();
        for (var i = 0; i < 4; i++)
        {
            await RefusedAsync(edge, AccessToken.Create(Ulid.Create(TimeProvider.System)), AccountErrors.TokenUnknown);
        }

        await RefusedAsync(edge, AccessToken.Create(Ulid.Create(TimeProvider.System)), AccountErrors.TooManyAttempts);
        var refused = await RefusedAsync(edge, edge.Token, AccountErrors.TooManyAttempts);
        Assert.True(refused.Retry);
        Assert.InRange(refused.RetryAfter ?? 0, 1, 5);
    }

    [Fact]
    public async Task RevokedToken_EndsTheLiveSession() // SEC-66, REL-60
    {
        await using var edge = await RunningTestEdge.StartAsync();
        var token = await edge.AddAccountAsync("other@b.example");
        await using var client = await WireClient.ConnectAsync(edge, WireClient.Greeting(token, "machine-2"));
        await using var bystander = await WireClient.ConnectAsync(edge);
        Assert.True(AccessToken.TryGetKeyId(token, out var keyId));

        await edge.Data.Tokens.RevokeAsync(new TokenId("key_" + keyId), default).Limited("the revocation");

        var goodbye = Assert.IsType<Goodbye>(await client.NextAsync());
        Assert.Equal(AccountErrors.TokenRevoked.Code.ToString(), goodbye.Code);
        Assert.False(goodbye.Retry);
        await client.Run.Limited("the session to end");
        await RefusedAsync(edge, token, AccountErrors.TokenRevoked);
        Assert.False(bystander.Run.IsCompleted);
    }

    [Fact]
    public async Task OtherVersion_IsRefusedAndSaysWhoMustUpdate() // REL-49
    {
        await using var edge = await RunningTestEdge.StartAsync();
        var (transport, answer) = await WireClient.GreetAsync(edge, WireClient.Greeting(edge.Token) with { Protocol = 99 });
        await using var _ = transport;
        Assert.Equal(ProtocolErrors.VersionUnsupported.Code.ToString(), answer.Refused?.Code);
        Assert.False(answer.Refused?.Retry);
        Assert.Contains("update the edge", answer.Refused?.Text);
    }

    [Fact]
    public async Task SilentGreeting_IsClosedAtTheDeadline_AndDelaysNobody() // SEC-20
    {
        await using var edge = await RunningTestEdge.StartAsync(new SessionLimits { HandshakeTimeout = TimeSpan.FromSeconds(2) });
        await using var silent = await WireClient.DialAsync(edge);
        await using var client = await WireClient.ConnectAsync(edge);

        Assert.Equal(0, await silent.ReadAsync(new byte[1], default).Limited("the silent connection to be closed"));
        Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 0, Name = "a", Proto = "tcp" }));
        Assert.Empty(edge.Logs.Complaints);
    }

    [Fact]
    public async Task GreetingsOverTheLimit_AreClosed_UntilOthersAreThrough()
    {
        await using var edge = await RunningTestEdge.StartAsync(new SessionLimits { MaxHandshakesPerAddress = 1 });
        var silent = await WireClient.DialAsync(edge);
        await Assert.ThrowsAnyAsync<Exception>(() => WireClient.DialAsync(edge));
        await silent.DisposeAsync();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var client = await WireClient.ConnectAsync(edge);
                return;
            }
            catch (Exception refused) when (refused is not TimeoutException && attempt < 1000)
            {
                // The edge has not heard of the end of the silent one yet.
            }
        }
    }

    [Fact]
    public async Task CapturedGreeting_SentAgain_IsWorthNothing() // SEC-28
    {
        await using var edge = await RunningTestEdge.StartAsync();
        using var recorded = new MemoryStream();
        await using (var relay = RecordingRelay.Start(edge.Tls, recorded))
        {
            await using var client = await WireClient.ConnectAsync(edge, WireClient.Greeting(edge.Token), relay.EndPoint);
            Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 0, Name = "a", Proto = "tcp" }));
        }

        using var replay = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await replay.ConnectAsync(edge.Tls).Limited("a connection for the replay");
        await replay.SendAsync(recorded.ToArray());

        var buffer = new byte[65536];
        try
        {
            while (await replay.ReceiveAsync(buffer).Limited("the end of the replayed connection") > 0)
            {
            }
        }
        catch (SocketException)
        {
            // As good an end.
        }

        Assert.Single(edge.Logs.Texts, text => text.Contains(" began (client", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SecondStreamOfAClient_IsReset_AndTheSessionGoesOn() // SEC-25
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectAsync(edge);
        var second = await client.Carrier.OpenStreamAsync(new byte[1], default).Limited("a second stream");
        await Assert.ThrowsAsync<StreamException>(() => second.ReadAsync(new byte[1], default).Limited("its reset"));
        Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 0, Name = "a", Proto = "tcp" }));
    }

    [Fact]
    public async Task TunnelsOverTheLimit_AreRefused()
    {
        await using var edge = await RunningTestEdge.StartAsync(new SessionLimits { MaxTunnels = 1 });
        await using var client = await WireClient.ConnectAsync(edge);
        var first = Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 0, Name = "a", Proto = "tcp" }));
        var refused = Assert.IsType<TunnelRefused>(await client.OpenAsync(new OpenTunnel { Request = 0, Name = "b", Proto = "tcp" }));
        Assert.Equal(TunnelErrors.TooManyTunnels.Code.ToString(), refused.Code);

        await client.SendAsync(new CloseTunnel { Number = first.Number });
        Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 0, Name = "b", Proto = "tcp" }));
    }

    [Fact]
    public async Task Stop_TellsTheClients_AndLetsStreamsFinish() // REL-18
    {
        await using var edge = await RunningTestEdge.StartAsync(drain: TimeSpan.FromSeconds(50));
        await using var client = await WireClient.ConnectAsync(edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(new OpenTunnel { Request = 0, Name = "a", Proto = "tcp" }));
        using var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await visitor.ConnectAsync("127.0.0.1", new Uri(opened.Urls[0]).Port).Limited("the public port");
        var (_, stream) = await client.VisitorAsync();

        var stopping = edge.StopAsync();
        Assert.True(Assert.IsType<Goodbye>(await client.NextAsync()).Retry);
        await stream.WriteAsync("the rest"u8.ToArray(), default);
        stream.CompleteWrites();

        var buffer = new byte[100];
        Assert.Equal(8, await visitor.ReceiveAsync(buffer).Limited("the rest of the answer"));
        Assert.Equal(0, await visitor.ReceiveAsync(buffer).Limited("the end of the answer"));
        Assert.False(stopping.IsCompleted);
        visitor.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await stream.ReadAsync(buffer, default).Limited("the end of the visitor's direction"));
        await stopping.Limited("the edge to stop once the last stream has ended");
    }

    private static async Task<Refused> RefusedAsync(RunningTestEdge edge, Secret token, ErrorDescription why)
    {
        var (transport, answer) = await WireClient.GreetAsync(edge, WireClient.Greeting(token));
        await using var _ = transport;
        Assert.NotNull(answer.Refused);
        Assert.Equal(why.Code.ToString(), answer.Refused.Code);
        return answer.Refused;
    }
}
