using System.Net;
using Mport.Protocol.Carriers;
using Mport.Protocol.Streams;
using Mport.Server.Accounts;
using Mport.Server.Edge.Proxies;
using Mport.Server.Tunnels;
using Mport.Server.Tunnels.Groups;

namespace Mport.Server.Tests.Tunnels.Groups;

public sealed class GroupTunnelLinkTests : IDisposable
{
    private static readonly IPAddress _visitor = IPAddress.Parse("203.0.113.9");
    private readonly GroupTunnelLink _group = new(new TunnelRecord(new TunnelId("tun_1"), "web", TunnelProto.Tcp, null, 20001), new UserId("usr_1"), "web");

    private readonly List<StubLink> _links = [];

    public void Dispose()
    {
        _links.ForEach(link => link.Dispose());
        _group.Dispose();
    }

    [Fact]
    public void NoMember_TakesNobody() => Assert.Null(_group.Choose(_visitor, []));

    [Fact]
    public void Visitors_GoToTheMemberWithTheFewest()
    {
        var (a, b) = (Add("a"), Add("b"));
        a.VisitorCame();
        a.VisitorCame();
        b.VisitorCame();

        Assert.Equal(b, _group.Choose(_visitor, []));
        b.VisitorCame();
        b.VisitorCame();
        Assert.Equal(a, _group.Choose(_visitor, []));
    }

    [Fact]
    public void IdleMembers_TakeTurns()
    {
        Add("a");
        Add("b");
        Add("c");

        Assert.Equal(3, Enumerable.Range(0, 3).Select(_ => _group.Choose(_visitor, [])).Distinct().Count());
    }

    [Fact]
    public void IllMember_GetsNobodyUntilItIsWellAgain()
    {
        var (a, b) = (Add("a"), Add("b"));

        Assert.True(a.SetHealth(false));
        Assert.False(a.SetHealth(false));
        Assert.All(Enumerable.Range(0, 4), _ => Assert.Equal(b, _group.Choose(_visitor, [])));
        b.SetHealth(false);
        Assert.Null(_group.Choose(_visitor, []));
        a.SetHealth(true);
        Assert.Equal(a, _group.Choose(_visitor, []));
    }

    [Fact]
    public void MemberThatWasTriedOrHasEndedOrGone_IsNotGivenAgain()
    {
        var (a, b, c) = (Add("a"), Add("b"), Add("c"));

        a.End();
        _group.Remove(b);

        Assert.Equal(c, _group.Choose(_visitor, []));
        Assert.Null(_group.Choose(_visitor, [c]));
    }

    [Fact]
    public void MemberWithABrokenConnection_GetsNobodyWhileOthersAreThere()
    {
        var (a, b) = (Add("a"), Add("b"));

        a.Reachable = false;
        Assert.All(Enumerable.Range(0, 4), _ => Assert.Equal(b, _group.Choose(_visitor, [])));
        Assert.Equal(a, _group.Choose(_visitor, [b]));
    }

    [Fact]
    public void StickyGroup_SendsAVisitorToOneMember_AndBackAfterItsIllness()
    {
        var members = Enumerable.Range(0, 20).Select(i => Add($"m{i}", sticky: i == 7)).ToList();
        var first = _group.Choose(_visitor, []);
        Assert.NotNull(first);
        first.VisitorCame();

        Assert.All(Enumerable.Range(0, 10), _ => Assert.Equal(first, _group.Choose(_visitor, [])));
        first.SetHealth(false);
        Assert.NotEqual(first, _group.Choose(_visitor, []));
        Assert.Equal(_group.Choose(_visitor, []), _group.Choose(_visitor, []));
        first.SetHealth(true);
        Assert.Equal(first, _group.Choose(_visitor, []));
        Assert.Equal(20, members.Count);
    }

    [Fact]
    public void StickyMembersNewSession_GetsTheSameVisitors()
    {
        var old = Add("a", sticky: true);
        Add("b", sticky: true);
        var ofOld = Enumerable.Range(0, 50).Select(i => new IPAddress([10, 0, 0, (byte)i])).Where(visitor => _group.Choose(visitor, []) == old).ToList();

        _group.Remove(old);
        var again = Add("a", sticky: true);

        Assert.NotEmpty(ofOld);
        Assert.All(ofOld, visitor => Assert.Equal(again, _group.Choose(visitor, [])));
    }

    private StubLink Add(string key, bool sticky = false)
    {
        var link = new StubLink();
        _links.Add(link);
        _group.Add(link, key, sticky);
        return link;
    }

    private sealed class StubLink : TunnelLink, IDisposable
    {
        private readonly CancellationTokenSource _ended = new();

        public override string TunnelId => "tun_1";

        public override string Name => "web";

        public override string AccountId => "usr_1";

        public override string? Target => null;

        public override CancellationToken Ended => _ended.Token;

        public bool Reachable { get; set; } = true;

        public override bool IsReachable => Reachable;

        public void End() => _ended.Cancel();

        public void Dispose() => _ended.Dispose();

        public override ValueTask<CarrierStream> OpenStreamAsync(StreamKind kind, ConnectionEnds? visitor, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
