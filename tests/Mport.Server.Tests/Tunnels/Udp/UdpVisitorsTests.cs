using System.Net;
using Mport.Protocol.Datagrams;
using Mport.Server.Tunnels.Udp;

namespace Mport.Server.Tests.Tunnels.Udp;

public sealed class UdpVisitorsTests
{
    private static readonly UInt128 Local = UdpAddress.BitsOf(IPAddress.Loopback);

    [Fact]
    public void Visitor_KeepsItsNumber_AndAnswersFindIt()
    {
        var visitors = Table(new UdpOptions());
        var one = visitors.Arrive(Source(1), Local, 10, now: 0, out _);
        var two = visitors.Arrive(Source(2), Local, 10, now: 0, out _);

        Assert.NotEqual(one.Number, two.Number);
        Assert.Same(one, visitors.Arrive(Source(1), Local, 10, now: 1, out _));
        Assert.Same(two, visitors.Answer(two.Number, 10, now: 1, out _, out var local));
        Assert.Equal(Local, local);
        Assert.Null(visitors.Answer(99, 10, now: 1, out var drop, out _));
        Assert.Equal(DatagramDrop.Unknown, drop);
    }

    [Fact]
    public void AnswerToAForgedSource_IsBounded() // SEC-49
    {
        var visitors = Table(new UdpOptions());
        var visitor = visitors.Arrive(Source(1), Local, 10, now: 0, out _);

        Assert.NotNull(visitors.Answer(visitor.Number, 1000, now: 0, out _, out _));
        Assert.Null(visitors.Answer(visitor.Number, 1000, now: 0, out var drop, out _));
        Assert.Equal(DatagramDrop.Unverified, drop);
    }

    [Fact]
    public void FloodOfSources_KeepsTheTableAtItsCap() // SEC-119, REL-54
    {
        var visitors = Table(new UdpOptions { MaxVisitors = 100, MaxVisitorsPerAddress = 80 });
        var first = visitors.Arrive(Source(1), Local, 10, now: 0, out _);
        for (var port = 2; port <= 10_000; port++)
        {
            visitors.Arrive(Source(port), Local, 10, now: port, out _);
        }

        // One address pushes out its own alone, so others keep their places.
        Assert.Equal(80, visitors.Count);
        var other = visitors.Arrive(Source(7, "198.51.100.1"), Local, 10, now: 1, out var pushedOut);
        Assert.Null(pushedOut);
        for (var port = 1; port <= 10_000; port++)
        {
            visitors.Arrive(Source(port), Local, 10, now: 20_000 + port, out _);
        }

        Assert.Same(other, visitors.Find(other.Number));
        Assert.Null(visitors.Find(first.Number));
    }

    [Fact]
    public void SilentVisitor_IsForgotten_AndAnAnswerKeepsOne()
    {
        var visitors = Table(new UdpOptions { Idle = TimeSpan.FromSeconds(60) });
        var silent = visitors.Arrive(Source(1), Local, 10, now: 0, out _);
        var heard = visitors.Arrive(Source(2), Local, 10, now: 0, out _);
        visitors.Answer(heard.Number, 10, now: 30, out _, out _);

        Assert.Empty(visitors.RemoveIdle(59));
        Assert.Equal([silent], visitors.RemoveIdle(60));
        Assert.Equal([heard], visitors.RemoveIdle(90));
        Assert.Equal(0, visitors.Count);
    }

    [Fact]
    public void VisitorWithATcpConnection_IsNoForgedOne()
    {
        var proven = new ProvenAddresses();
        proven.Enter(20_001, IPAddress.Parse("203.0.113.1"));
        proven.Enter(20_001, IPAddress.Parse("203.0.113.1"));
        proven.Leave(20_001, IPAddress.Parse("203.0.113.1"));
        var visitors = new UdpVisitors(new UdpOptions(), 1, address => proven.Contains(20_001, address));
        var known = visitors.Arrive(Source(1), Local, 4, now: 0, out _);
        var stranger = visitors.Arrive(Source(1, "198.51.100.1"), Local, 4, now: 0, out _);

        Assert.NotNull(visitors.Answer(known.Number, 60_000, now: 0, out _, out _));
        Assert.Null(visitors.Answer(stranger.Number, 60_000, now: 0, out _, out _));
        proven.Leave(20_001, IPAddress.Parse("203.0.113.1"));
        Assert.False(proven.Contains(20_001, Source(1).Bits));
        Assert.False(proven.Contains(20_002, Source(1).Bits));
    }

    private static UdpVisitors Table(UdpOptions options) => new(options, 1, _ => false);

    private static UdpAddress Source(int port, string address = "203.0.113.1") => new(UdpAddress.BitsOf(IPAddress.Parse(address)), (ushort)port, 0);
}
