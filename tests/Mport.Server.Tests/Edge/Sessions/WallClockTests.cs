using Mport.Protocol;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Tests.Edge.Kit;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Sessions;

/// <summary>Somebody sets the clock of the edge's machine (REL-27).</summary>
public sealed class WallClockTests
{
    private static readonly OpenTunnel Tunnel = new() { Request = 0, Name = "adb", Proto = "tcp", Target = "127.0.0.1:5555" };

    [Theory]
    [InlineData(2)]
    [InlineData(365 * 24)]
    public async Task SetForward_SessionsGoOn_ButThoseOfTokensThatHaveNowExpired(int hours)
    {
        var clock = new SteppedClock(TimeProvider.System);
        await using var edge = await RunningTestEdge.StartAsync(time: clock);
        var lent = await IssueAsync(edge, clock.GetUtcNow() + TimeSpan.FromHours(1));
        await using var client = await WireClient.ConnectAsync(edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(Tunnel));
        await using var borrower = await WireClient.ConnectAsync(edge, WireClient.Greeting(lent, "machine-2"));

        clock.Step(TimeSpan.FromHours(hours));

        Assert.Equal(AccountErrors.TokenExpired.Code.ToString(), Assert.IsType<Goodbye>(await borrower.NextAsync()).Code);
        await borrower.Run.Limited("the session of the expired token to end");
        await AssertServedAsync(client, opened);
        Assert.False(client.Run.IsCompleted);
    }

    [Fact]
    public async Task SetBack_SessionsGoOn_AndATokenIsJudgedByTheNewTime()
    {
        var clock = new SteppedClock(TimeProvider.System);
        await using var edge = await RunningTestEdge.StartAsync(time: clock);
        var lent = await IssueAsync(edge, clock.GetUtcNow() - TimeSpan.FromHours(1));
        await using var client = await WireClient.ConnectAsync(edge);
        var opened = Assert.IsType<TunnelOpened>(await client.OpenAsync(Tunnel));
        var (refused, answer) = await WireClient.GreetAsync(edge, WireClient.Greeting(lent, "machine-2"));
        await refused.DisposeAsync();
        Assert.Equal(AccountErrors.TokenExpired.Code.ToString(), answer.Refused?.Code);

        clock.Step(-TimeSpan.FromHours(2));

        await using var borrower = await WireClient.ConnectAsync(edge, WireClient.Greeting(lent, "machine-2"));
        await AssertServedAsync(client, opened);
        Assert.False(client.Run.IsCompleted);
    }

    private static async Task AssertServedAsync(WireClient client, TunnelOpened opened)
    {
        using var visitor = await RawVisitor.ConnectAsync(new Uri(opened.Urls[0]).Port);
        await visitor.SendAsync("ping");
        var (_, stream) = await client.VisitorAsync();
        Assert.Equal(4, await stream.ReadAsync(new byte[10], default).Limited("the visitor's bytes"));
    }

    private static async Task<Secret> IssueAsync(RunningTestEdge edge, DateTimeOffset expires)
    {
        Assert.True(TokenName.TryParse("lent", out var name));
        var token = new NewToken { UserId = edge.Owner, Name = name, ExpiresAt = expires };
        return (await edge.Data.Tokens.CreateAsync(token, TestContext.Current.CancellationToken).Limited("a token")).Token;
    }
}
