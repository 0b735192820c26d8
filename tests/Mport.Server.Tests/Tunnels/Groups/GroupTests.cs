using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Carriers;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Protocol.Streams;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Tunnels.Groups;

/// <summary>Several clients behind one address, on the wire.</summary>
public sealed class GroupTests
{
    private static readonly OpenTunnel Db = new() { Request = 0, Name = "db", Proto = "tcp", Group = "db" };

    [Fact]
    public async Task Members_ShareOneAddress_AndTakeTheVisitorsInTurn()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var one = await WireClient.ConnectAsync(edge, "machine-1");
        await using var two = await WireClient.ConnectAsync(edge, "machine-2");
        var first = await OpenAsync(one, Db);
        var second = await OpenAsync(two, Db);

        Assert.Equal(first.Urls, second.Urls);
        Assert.False(second.TookOver);
        using var visitorA = await VisitAsync(first);
        using var visitorB = await VisitAsync(first);
        await one.VisitorAsync();
        await two.VisitorAsync();
        await edge.Logs.WhenLoggedAsync("joined the group db");
    }

    // REL-40.
    [Fact]
    public async Task MemberThatLeaves_LeavesTheAddressToTheOthers()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var stays = await WireClient.ConnectAsync(edge, "machine-2");
        TunnelOpened opened;
        await using (var leaves = await WireClient.ConnectAsync(edge, "machine-1"))
        {
            opened = await OpenAsync(leaves, Db);
            await OpenAsync(stays, Db);
            await leaves.SendAsync(new Goodbye { Text = "bye" });
            await leaves.Run.Limited("the session to end");
            await edge.Logs.WhenLoggedAsync("left the group db");
        }

        for (var i = 0; i < 3; i++)
        {
            using var visitor = await VisitAsync(opened);
            await stays.VisitorAsync();
        }
    }

    [Fact]
    public async Task TargetThatRefuses_IsNotSeenByTheVisitor_WhomAnotherMemberTakes()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var down = await WireClient.ConnectAsync(edge, "machine-1");
        await using var up = await WireClient.ConnectAsync(edge, "machine-2");
        var opened = await OpenAsync(down, Db with { Sticky = false });
        await OpenAsync(up, Db);
        var refusing = RefuseAllAsync(down);

        for (var i = 0; i < 4; i++)
        {
            using var visitor = await VisitAsync(opened);
            await visitor.SendAsync("ping"u8.ToArray());
            var (_, stream) = await up.VisitorAsync();
            var buffer = new byte[10];
            Assert.Equal(4, await stream.ReadAsync(buffer, default).Limited("the visitor's bytes"));
        }

        await down.DisposeAsync();
        Assert.InRange(await refusing, 1, 4);
    }

    [Fact]
    public async Task IllMember_GetsNobody_AndWithoutAWellOneVisitorsAreReset()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var one = await WireClient.ConnectAsync(edge, "machine-1");
        await using var two = await WireClient.ConnectAsync(edge, "machine-2");
        var opened = await OpenAsync(one, Db);
        var second = await OpenAsync(two, Db);

        await one.SendAsync(new TunnelHealth { Number = opened.Number, Healthy = false, Text = "GET / answered 500." });
        await edge.Logs.WhenLoggedAsync("is ill and gets no visitors: GET / answered 500.");
        for (var i = 0; i < 3; i++)
        {
            using var visitor = await VisitAsync(opened);
            await two.VisitorAsync();
        }

        await two.SendAsync(new TunnelHealth { Number = second.Number, Healthy = false });
        await edge.Logs.WhenLoggedAsync($"at session {two.Welcome.Session} is ill");
        await ResetAsync(opened);
        await one.SendAsync(new TunnelHealth { Number = opened.Number, Healthy = true, Text = "GET / answered 200." });
        await edge.Logs.WhenLoggedAsync("is well: GET / answered 200.");
        using var last = await VisitAsync(opened);
        await one.VisitorAsync();
    }

    [Fact]
    public async Task IllTargetWithoutAGroup_ResetsItsVisitorsAtOnce()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var client = await WireClient.ConnectAsync(edge);
        var opened = await OpenAsync(client, Db with { Group = null });

        await client.SendAsync(new TunnelHealth { Number = opened.Number, Healthy = false });
        await edge.Logs.WhenLoggedAsync("is ill and gets no visitors");

        await ResetAsync(opened);
    }

    [Fact]
    public async Task StickyVisitors_StayWithOneMember()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var one = await WireClient.ConnectAsync(edge, "machine-1");
        await using var two = await WireClient.ConnectAsync(edge, "machine-2");
        var opened = await OpenAsync(one, Db with { Sticky = true });
        await OpenAsync(two, Db with { Sticky = true });
        var (ofOne, ofTwo) = (AcceptAsync(one), AcceptAsync(two));
        List<Socket> visitors = [];
        for (var i = 0; i < 6; i++)
        {
            visitors.Add(await VisitAsync(opened));
            var buffer = new byte[1];
            Assert.Equal(1, await visitors[^1].ReceiveAsync(buffer).Limited("a member's byte"));
        }

        visitors.ForEach(visitor => visitor.Dispose());
        await one.DisposeAsync();
        await two.DisposeAsync();
        var counts = new[] { await ofOne, await ofTwo };
        Assert.Equal([0, 6], counts.Order());
    }

    [Fact]
    public async Task OtherAddressThanTheGroups_IsRefused()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var one = await WireClient.ConnectAsync(edge, "machine-1");
        await using var two = await WireClient.ConnectAsync(edge, "machine-2");
        var opened = await OpenAsync(one, Db);
        var range = edge.Data.Settings.TcpPorts;
        var port = new Uri(opened.Urls[0]).Port;

        Refused(TunnelErrors.GroupMismatch, await two.OpenAsync(Db with { RemotePort = port == range.First ? range.Last : range.First }), $"has port {port}");
        Refused(TunnelErrors.GroupMismatch, await two.OpenAsync(Db with { Proto = "http" }), "is a tcp tunnel, not http");
        Refused(TunnelErrors.TunnelHeld, await two.OpenAsync(Db with { Group = null }), "give --group db to share it");
        Refused(TunnelErrors.TunnelHeld, await two.OpenAsync(Db with { Group = "other" }), "machine-1");
        Refused(TunnelErrors.NameInvalid, await two.OpenAsync(Db with { Group = "No name" }), "a-z");
        Assert.Equal(opened.Urls, (await OpenAsync(two, Db with { RemotePort = port })).Urls);
    }

    [Fact]
    public async Task TakeoverWithoutTheGroup_TakesTheTunnelFromAllMembers()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var one = await WireClient.ConnectAsync(edge, "machine-1");
        await using var two = await WireClient.ConnectAsync(edge, "machine-2");
        var opened = await OpenAsync(one, Db);
        await OpenAsync(two, Db);
        await using var three = await WireClient.ConnectAsync(edge, "machine-3");

        var taken = await OpenAsync(three, Db with { Group = null, Takeover = true });

        Assert.True(taken.TookOver);
        Assert.Equal(opened.Urls, taken.Urls);
        Assert.Equal("MP-1205", Assert.IsType<TunnelClosed>(await one.NextAsync()).Code);
        Assert.Equal("MP-1205", Assert.IsType<TunnelClosed>(await two.NextAsync()).Code);
        using var visitor = await VisitAsync(opened);
        await three.VisitorAsync();
    }

    // REL-41.
    [Fact]
    public async Task OtherAccountsGroupOfTheSameName_IsAnotherTunnel()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        await using var ours = await WireClient.ConnectAsync(edge);
        await using var theirs = await WireClient.ConnectAsync(edge, WireClient.Greeting(await edge.AddAccountAsync("bob@example.com")));

        var opened = await OpenAsync(ours, Db);

        Assert.NotEqual(opened.Urls, (await OpenAsync(theirs, Db)).Urls);
    }

    private static async Task<TunnelOpened> OpenAsync(WireClient client, OpenTunnel open) => Assert.IsType<TunnelOpened>(await client.OpenAsync(open));

    private static void Refused(ErrorDescription why, ControlMessage answer, string word)
    {
        var refused = Assert.IsType<TunnelRefused>(answer);
        Assert.Equal(why.Code.ToString(), refused.Code);
        Assert.Contains(word, refused.Text, StringComparison.Ordinal);
    }

    private static async Task<Socket> VisitAsync(TunnelOpened opened)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, new Uri(opened.Urls[0]).Port)).Limited("a connection to the public port");
        return socket;
    }

    // So soon that even the connecting may see it.
    private static Task<SocketException> ResetAsync(TunnelOpened opened) => Assert.ThrowsAsync<SocketException>(async () =>
    {
        using var visitor = await VisitAsync(opened);
        await visitor.ReceiveAsync(new byte[1]).Limited("the reset");
    });

    // Answers that the target refuses, until the client is disposed; gives how often.
    private static async Task<int> RefuseAllAsync(WireClient client)
    {
        var count = 0;
        while (await client.Carrier.AcceptStreamAsync(CancellationToken.None) is { } stream)
        {
            count++;
            await stream.WriteAsync(new StreamAnswer(StreamStatus.Refused, "Nothing listens.").ToBytes(), CancellationToken.None);
            stream.CompleteWrites();
        }

        return count;
    }

    // Takes each visitor and sends it a byte, until the client is disposed; gives how often.
    private static async Task<int> AcceptAsync(WireClient client)
    {
        var count = 0;
        while (await client.Carrier.AcceptStreamAsync(CancellationToken.None) is { } stream)
        {
            count++;
            await stream.WriteAsync((byte[])[.. StreamAnswer.Connected.ToBytes(), 1], CancellationToken.None);
        }

        return count;
    }
}
