using Mport.Server.Accounts;
using Mport.Server.Edge.Http;
using Mport.Server.Tests.Edge.Kit;
using Mport.Server.Tunnels;

namespace Mport.Server.Tests.Edge.Http;

/// <summary>Which tunnel a host and a path belong to.</summary>
public sealed class HostRouterTests
{
    private readonly HostTable _hosts = new("edge.test");
    private readonly HostRouter _router;

    public HostRouterTests() => _router = new HostRouter("edge.test", _hosts);

    [Theory]
    [InlineData("shop.edge.test", "/", "shop.edge.test")]
    [InlineData("shop.edge.test", "/apis", "shop.edge.test")]
    [InlineData("shop.edge.test", "/api", "shop.edge.test/api")]
    [InlineData("shop.edge.test", "/api/", "shop.edge.test/api")]
    [InlineData("SHOP.edge.test.:80", "/api?x", "shop.edge.test/api")]
    [InlineData("shop.edge.test", "/api/v2/x", "shop.edge.test/api/v2")]
    [InlineData("shop.edge.test", "/x/%2e%2e//api/v2", "shop.edge.test/api/v2")]
    [InlineData("shop.edge.test", "/API", "shop.edge.test")]
    public void LongestPath_Wins(string host, string target, string address)
    {
        _hosts.AddKnown(Tunnel("one", "shop"));
        _hosts.AddKnown(Tunnel("two", "shop") with { Path = "/api" });
        _hosts.AddKnown(Tunnel("three", "shop") with { Path = "/api/v2" });

        Assert.Equal(address, _router.Find(host, target).Address);
    }

    [Fact]
    public void PathThatNoTunnelHas_IsNobodys()
    {
        _hosts.AddKnown(Tunnel("one", "shop") with { Path = "/api" });

        Assert.Equal(HostOwner.Nobody, _router.Find("shop.edge.test", "/").Owner);
        Assert.Equal(HostOwner.Tunnel, _router.Find("shop.edge.test", "/api/x").Owner);
    }

    [Theory]
    [InlineData("a.example.com", "a.example.com")]
    [InlineData("b.example.com", "b.example.com")]
    [InlineData("x.b.example.com", null)]
    [InlineData("example.com", null)]
    public void Wildcard_StandsForOneLabel_WhereNoOtherTunnelHasTheName(string host, string? address)
    {
        _hosts.AddKnown(Tunnel("one") with { Hosts = TunnelHosts.Of(["*.example.com"]) });
        _hosts.SetOnline(Tunnel("two") with { Hosts = TunnelHosts.Of(["a.example.com"]) }, new UnusedLink("two"));

        var route = _router.Find(host, "/");

        Assert.Equal(address, route.Address);
        Assert.Equal(host == "a.example.com", route.Link is not null);
    }

    [Fact]
    public void AddressThatATunnelGaveToAnother_StaysTheOthers()
    {
        var (before, after) = (Tunnel("one", "shop"), Tunnel("two", "shop"));
        _hosts.AddKnown(before);
        _hosts.SetOnline(after, new UnusedLink("two"));

        _hosts.Remove(before);

        Assert.Equal("two", _router.Find("shop.edge.test", "/").Link?.TunnelId);
    }

    [Fact]
    public void TunnelThatMoves_LosesTheOldHosts_AndKeepsWhatIsInBoth()
    {
        var before = Tunnel("one", "shop") with { Hosts = TunnelHosts.Of(["a.example.com", "b.example.com"]) };
        _hosts.SetOnline(before, new UnusedLink("one"));

        _hosts.Move(before, Tunnel("one") with { Hosts = TunnelHosts.Of(["b.example.com"]) });

        Assert.Equal(HostOwner.Nobody, _router.Find("shop.edge.test", "/").Owner);
        Assert.Equal(HostOwner.Nobody, _router.Find("a.example.com", "/").Owner);
        Assert.NotNull(_router.Find("b.example.com", "/").Link);
    }

    [Theory] // SEC-102
    [InlineData("one.edge.test", "one.edge.test:8443", true)]
    [InlineData("one.edge.test", "ONE.edge.test", true)]
    [InlineData("one.edge.test", "one.example.com", true)]
    [InlineData("one.edge.test", "two.edge.test", false)]
    [InlineData("one.edge.test", "edge.test", false)]
    [InlineData("edge.test", "one.edge.test", false)]
    [InlineData("edge.test", "localhost", true)]
    [InlineData("unknown.test", "one.edge.test", false)]
    [InlineData("one.edge.test", "one.edge.test.evil.example", false)]
    public void Connection_IsForTheHostsOfOneTunnel(string serverName, string host, bool may)
    {
        _hosts.AddKnown(Tunnel("one", "one") with { Hosts = TunnelHosts.Of(["one.example.com"]) });
        _hosts.AddKnown(Tunnel("two", "two"));

        Assert.Equal(may, _router.MayShare(serverName, host));
    }

    [Fact]
    public void HostOfATlsTunnel_HasNoHttp()
    {
        _hosts.AddKnown(new TunnelRecord(new TunnelId("one"), "one", TunnelProto.Tls, "one", Port: null));

        Assert.Equal(HostOwner.Passthrough, _router.Find("one.edge.test", "/").Owner);
    }

    private static TunnelRecord Tunnel(string id, string? subdomain = null) => new(new TunnelId(id), id, TunnelProto.Http, subdomain, Port: null);
}
