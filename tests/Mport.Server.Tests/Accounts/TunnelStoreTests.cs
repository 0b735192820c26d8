using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts;

public abstract class TunnelStoreTests(StoreProvider provider) : IAsyncLifetime
{
    private static readonly PortRange _ports = new(20000, 20002);
    private TestStores _stores = null!;
    private UserId _ann;
    private UserId _bob;

    public async ValueTask InitializeAsync()
    {
        _stores = await TestStores.CreateAsync(provider);
        _ann = (await _stores.AddUserAsync("ann@example.com")).Id;
        _bob = (await _stores.AddUserAsync("bob@example.com")).Id;
    }

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _stores?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task NewHttpTunnel_GetsAReadableSubdomainAndKeepsIt()
    {
        var first = await ClaimedAsync(Http(_ann, "web"));
        var again = await ClaimedAsync(Http(_ann, "web"));

        Assert.Matches("^[a-z]+-[a-z]+-[0-9]{5}$", first.Subdomain);
        Assert.Null(Subdomain.Refuse(first.Subdomain!));
        Assert.Null(first.Port);
        Assert.Equal(first, again);
    }

    [Fact]
    public async Task WantedSubdomain_IsGivenAndKept()
    {
        var first = await ClaimedAsync(Http(_ann, "web") with { Subdomain = "shop" });

        Assert.Equal("shop", first.Subdomain);
        Assert.Equal(first, await ClaimedAsync(Http(_ann, "web")));
    }

    [Fact]
    public async Task OtherWantedSubdomain_ChangesTheTunnelAndFreesTheOld()
    {
        var first = await ClaimedAsync(Http(_ann, "web") with { Subdomain = "shop" });
        var second = await ClaimedAsync(Http(_ann, "web") with { Subdomain = "store" });

        Assert.Equal(first with { Subdomain = "store" }, second);
        Assert.Equal([KeyValuePair.Create("store", first.Id)], await _stores.Tunnels.ListSubdomainsAsync(CancellationToken.None).Limited("the subdomains"));
    }

    [Fact]
    public async Task SubdomainOfAnotherAccount_IsTaken()
    {
        await ClaimedAsync(Http(_ann, "web") with { Subdomain = "shop" });

        await RefusedAsync(Http(_bob, "web") with { Subdomain = "shop" }, TunnelErrors.NameTaken);
        Assert.NotEqual("shop", (await ClaimedAsync(Http(_bob, "web"))).Subdomain);
    }

    [Fact]
    public async Task SubdomainOfAnOwnIdleTunnel_MovesOver()
    {
        var old = await ClaimedAsync(Http(_ann, "http-3000") with { Subdomain = "shop" });

        var now = await ClaimedAsync(Http(_ann, "http-8080") with { Subdomain = "shop" });

        Assert.NotEqual(old.Id, now.Id);
        Assert.Equal("shop", now.Subdomain);
        Assert.NotEqual("shop", (await ClaimedAsync(Http(_ann, "http-3000"))).Subdomain);
    }

    [Fact]
    public async Task SubdomainOfAnOwnOpenTunnel_IsTaken()
    {
        var open = await ClaimedAsync(Http(_ann, "http-3000") with { Subdomain = "shop" });

        var failure = await RefusedAsync(Http(_ann, "http-8080") with { Subdomain = "shop", IsOpen = id => id == open.Id }, TunnelErrors.NameTaken);

        Assert.Contains("http-3000", failure.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Shop")]
    [InlineData("-shop")]
    [InlineData("shop-")]
    [InlineData("sh_op")]
    [InlineData("sh.op")]
    [InlineData("xn--shop-abc")]
    [InlineData("shöp")]
    [InlineData("")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public async Task SubdomainOfAnIllegalForm_IsInvalid(string subdomain) =>
        await RefusedAsync(Http(_ann, "web") with { Subdomain = subdomain }, TunnelErrors.NameInvalid);

    [Fact]
    public async Task ReservedSubdomain_IsRefused()
    {
        Assert.Equal(30, ReservedNames.All.Count);
        foreach (var name in ReservedNames.All)
        {
            await RefusedAsync(Http(_ann, "web") with { Subdomain = name }, TunnelErrors.NameReserved);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Web")]
    [InlineData("web site")]
    public async Task TunnelNameOfAnIllegalForm_IsInvalid(string name) => await RefusedAsync(Http(_ann, name), TunnelErrors.NameInvalid);

    [Fact]
    public async Task NewTcpTunnel_GetsAPortOfTheRangeAndKeepsIt()
    {
        var first = await ClaimedAsync(Tcp(_ann, "ssh"));

        Assert.InRange(first.Port!.Value, _ports.First, _ports.Last);
        Assert.Equal(first, await ClaimedAsync(Tcp(_ann, "ssh")));
    }

    [Fact]
    public async Task AllPortsGiven_NoPortIsFree()
    {
        var given = new[] { await ClaimedAsync(Tcp(_ann, "a")), await ClaimedAsync(Tcp(_ann, "b")), await ClaimedAsync(Tcp(_bob, "a")) };

        Assert.Equal(3, given.Select(tunnel => tunnel.Port).Distinct().Count());
        await RefusedAsync(Tcp(_bob, "b"), TunnelErrors.NoPortFree);
    }

    [Fact]
    public async Task PortInUseByOthers_IsLeftOut()
    {
        var tunnel = await ClaimedAsync(Tcp(_ann, "a") with { IsTcpPortUsable = port => port == 20001 });

        Assert.Equal(20001, tunnel.Port);
        await RefusedAsync(Tcp(_ann, "b") with { IsTcpPortUsable = _ => false }, TunnelErrors.NoPortFree);
    }

    [Fact]
    public async Task WantedPort_IsGivenAndKept()
    {
        var first = await ClaimedAsync(Tcp(_ann, "ssh") with { Port = 20002 });

        Assert.Equal(20002, first.Port);
        Assert.Equal(first, await ClaimedAsync(Tcp(_ann, "ssh")));
        Assert.Equal(20000, (await ClaimedAsync(Tcp(_ann, "ssh") with { Port = 20000 })).Port);
    }

    [Fact]
    public async Task WantedPortOutsideTheRange_IsRefused()
    {
        var failure = await RefusedAsync(Tcp(_ann, "ssh") with { Port = 80 }, TunnelErrors.PortOutOfRange);

        Assert.Contains("20000-20002", failure.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WantedPortOfAnotherAccountOrProgram_IsTaken()
    {
        await ClaimedAsync(Tcp(_ann, "ssh") with { Port = 20001 });

        await RefusedAsync(Tcp(_bob, "ssh") with { Port = 20001 }, TunnelErrors.PortTaken);
        await RefusedAsync(Tcp(_bob, "ssh") with { Port = 20002, IsTcpPortUsable = _ => false }, TunnelErrors.PortTaken);
    }

    [Fact]
    public async Task PortOfAnOwnTunnel_MovesOnlyWhileThatIsIdle()
    {
        var old = await ClaimedAsync(Tcp(_ann, "ssh") with { Port = 20001 });
        await RefusedAsync(Tcp(_ann, "db") with { Port = 20001, IsOpen = id => id == old.Id }, TunnelErrors.PortTaken);

        Assert.Equal(20001, (await ClaimedAsync(Tcp(_ann, "db") with { Port = 20001 })).Port);
        Assert.NotEqual(20001, (await ClaimedAsync(Tcp(_ann, "ssh"))).Port);
    }

    [Fact]
    public async Task OpenTunnelsOwnPort_IsKeptThoughTheEdgeListensOnIt()
    {
        var open = await ClaimedAsync(Tcp(_ann, "ssh"));

        Assert.Equal(open, await ClaimedAsync(Tcp(_ann, "ssh") with { IsOpen = id => id == open.Id, IsTcpPortUsable = _ => false }));
    }

    [Fact]
    public async Task KeptPortInUseByAnotherProgram_IsReplacedUnlessTheUserChoseIt()
    {
        var chosenByEdge = await ClaimedAsync(Tcp(_ann, "ssh"));
        var replaced = await ClaimedAsync(Tcp(_ann, "ssh") with { IsTcpPortUsable = port => port != chosenByEdge.Port });
        Assert.NotEqual(chosenByEdge.Port, replaced.Port);
        Assert.Equal(chosenByEdge.Id, replaced.Id);

        _stores.Time.Advance(TimeSpan.FromHours(24));
        await ClaimedAsync(Tcp(_bob, "db") with { Port = chosenByEdge.Port });
        await RefusedAsync(Tcp(_bob, "db") with { IsTcpPortUsable = port => port != chosenByEdge.Port }, TunnelErrors.PortTaken);
    }

    [Fact]
    public async Task SamePortForTcpAndUdp_BelongsToDifferentTunnels()
    {
        var tcp = await ClaimedAsync(Tcp(_ann, "dns") with { Port = 20001 });
        var udp = await ClaimedAsync(Tcp(_bob, "dns") with { Port = 20001, Proto = TunnelProto.Udp });

        Assert.Equal(tcp.Port, udp.Port);
    }

    [Fact]
    public async Task OtherKindUnderTheSameName_ReplacesTheAddress()
    {
        var web = await ClaimedAsync(Http(_ann, "x") with { Subdomain = "shop" });

        var tcp = await ClaimedAsync(Tcp(_ann, "x"));

        Assert.Equal(web.Id, tcp.Id);
        Assert.Null(tcp.Subdomain);
        Assert.NotNull(tcp.Port);
        await RefusedAsync(Http(_bob, "web") with { Subdomain = "shop" }, TunnelErrors.NameTaken);
        _stores.Time.Advance(TimeSpan.FromDays(31));
        Assert.Equal("shop", (await ClaimedAsync(Http(_bob, "web") with { Subdomain = "shop" })).Subdomain);
    }

    [Fact]
    public async Task RangeExhausted_TakesThePortOfTheTunnelNotSeenForLongest()
    {
        var oldest = await ClaimedAsync(Tcp(_ann, "a"));
        _stores.Time.Advance(TimeSpan.FromDays(1));
        var older = await ClaimedAsync(Tcp(_ann, "b"));
        await ClaimedAsync(Tcp(_ann, "c") with { Port = new[] { 20000, 20001, 20002 }.Except([oldest.Port!.Value, older.Port!.Value]).Single() });
        _stores.Time.Advance(TimeSpan.FromDays(29));
        await RefusedAsync(Tcp(_bob, "a"), TunnelErrors.NoPortFree);

        _stores.Time.Advance(TimeSpan.FromDays(2));

        Assert.Equal(oldest.Port, (await ClaimedAsync(Tcp(_bob, "a"))).Port);
        Assert.Equal(older.Port, (await ClaimedAsync(Tcp(_bob, "b"))).Port);

        // The user chose the third, so it stays.
        await RefusedAsync(Tcp(_bob, "c"), TunnelErrors.NoPortFree);
        await RefusedAsync(Tcp(_ann, "a"), TunnelErrors.NoPortFree);
    }

    [Fact]
    public async Task RangeExhausted_LeavesOpenAndTouchedTunnelsTheirPorts()
    {
        var open = await ClaimedAsync(Tcp(_ann, "a"));
        var touched = await ClaimedAsync(Tcp(_ann, "b"));
        await ClaimedAsync(Tcp(_ann, "c"));
        _stores.Time.Advance(TimeSpan.FromDays(31));
        await _stores.Tunnels.TouchAsync([touched.Id], CancellationToken.None).Limited("the touch");

        var taken = await ClaimedAsync(Tcp(_bob, "a") with { IsOpen = id => id == open.Id });

        Assert.DoesNotContain(taken.Port, new[] { open.Port, touched.Port });
        await RefusedAsync(Tcp(_bob, "b") with { IsOpen = id => id == open.Id }, TunnelErrors.NoPortFree);
    }

    // SEC-115.
    [Fact]
    public async Task TwoHundredClaimsOfOneSubdomain_ExactlyOneWins()
    {
        var users = new List<UserId>();
        for (var i = 0; i < 20; i++)
        {
            users.Add((await _stores.AddUserAsync($"user{i}@example.com")).Id);
        }

        var claims = Enumerable.Range(0, 200).Select(i => Http(users[i % 20], $"tunnel-{i}") with { Subdomain = "gold", IsOpen = _ => true });
        var results = await RunAtOnceAsync(claims);

        var winner = Assert.Single(results.OfType<TunnelClaimResult.Claimed>());
        Assert.Equal("gold", winner.Tunnel.Subdomain);
        Assert.All(results.OfType<TunnelClaimResult.Refused>(), refused => Assert.Equal(TunnelErrors.NameTaken.Code, refused.Failure.Code));
        Assert.Equal(200, results.Length);
    }

    [Fact]
    public async Task HundredClaimsOfAnyPort_GetAHundredPorts()
    {
        var range = new PortRange(30000, 30099);
        var results = await RunAtOnceAsync(Enumerable.Range(0, 101).Select(i => Tcp(i % 2 == 0 ? _ann : _bob, $"tunnel-{i}") with { TcpPorts = range }));

        var ports = results.OfType<TunnelClaimResult.Claimed>().Select(claimed => claimed.Tunnel.Port).ToList();
        Assert.Equal(100, ports.Count);
        Assert.Equal(100, ports.Distinct().Count());
        Assert.Equal(TunnelErrors.NoPortFree.Code, Assert.Single(results.OfType<TunnelClaimResult.Refused>()).Failure.Code);
    }

    [Fact]
    public async Task SameTunnelClaimedAtOnce_IsMadeOnce()
    {
        var results = await RunAtOnceAsync(Enumerable.Range(0, 20).Select(_ => Http(_ann, "web")));

        Assert.Single(results.Cast<TunnelClaimResult.Claimed>().Select(claimed => claimed.Tunnel).Distinct());
    }

    [Fact]
    public async Task Subdomain_FindsItsTunnel()
    {
        var tunnel = await ClaimedAsync(Http(_ann, "web") with { Subdomain = "shop" });

        Assert.Equal(tunnel.Id, await _stores.Tunnels.FindBySubdomainAsync("shop", CancellationToken.None).Limited("the tunnel"));
        Assert.Null(await _stores.Tunnels.FindBySubdomainAsync("other", CancellationToken.None).Limited("no tunnel"));
    }

    [Fact]
    public async Task TunnelDeletedWhileItIsClaimed_IsThereOrNot_AndItsNameRestsForOthers() // SEC-115
    {
        for (var round = 0; round < 10; round++)
        {
            var tunnel = await ClaimedAsync(Http(_ann, "web") with { Subdomain = $"shop-{round}" });
            var claims = Enumerable.Range(0, 3).Select(_ => (Task)ClaimedAsync(Http(_ann, "web") with { Subdomain = $"shop-{round}" }));
            var deletions = Enumerable.Range(0, 3).Select(_ => (Task)_stores.OwnTunnels.DeleteAsync(_ann, tunnel.Id, CancellationToken.None).Limited("a deletion"));

            await Task.WhenAll([.. claims, .. deletions]).Limited("claims and deletions");

            await RefusedAsync(Http(_bob, "web") with { Subdomain = $"shop-{round}" }, TunnelErrors.NameTaken);
        }
    }

    private static TunnelClaim Http(UserId user, string name) => new() { UserId = user, Name = name, Proto = TunnelProto.Http };

    private static TunnelClaim Tcp(UserId user, string name) => new() { UserId = user, Name = name, Proto = TunnelProto.Tcp, TcpPorts = _ports, UdpPorts = _ports };

    private async Task<TunnelRecord> ClaimedAsync(TunnelClaim claim) =>
        Assert.IsType<TunnelClaimResult.Claimed>(await _stores.Tunnels.ClaimAsync(claim, CancellationToken.None).Limited("a claim")).Tunnel;

    private async Task<Failure> RefusedAsync(TunnelClaim claim, ErrorDescription why)
    {
        var refused = Assert.IsType<TunnelClaimResult.Refused>(await _stores.Tunnels.ClaimAsync(claim, CancellationToken.None).Limited("a refusal"));
        Assert.Equal(why.Code, refused.Failure.Code);
        return refused.Failure;
    }

    // SQLite answers on the caller's thread, so each claim gets a thread of the pool, and all wait for one start.
    private async Task<TunnelClaimResult[]> RunAtOnceAsync(IEnumerable<TunnelClaim> claims)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var all = claims.Select(async claim =>
        {
            await start.Task;
            await Task.Yield();
            return await _stores.Tunnels.ClaimAsync(claim, CancellationToken.None);
        }).ToList();
        start.SetResult();
        return await Task.WhenAll(all).Limited("all claims");
    }
}

public sealed class SqliteTunnelStoreTests() : TunnelStoreTests(StoreProvider.Sqlite);

public sealed class PostgresTunnelStoreTests() : TunnelStoreTests(StoreProvider.Postgres);
