using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Domains;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Domains;

public abstract class DomainStoreTests(StoreProvider provider) : IAsyncLifetime
{
    private TestStores _stores = null!;
    private UserId _ann;
    private UserId _bob;

    private DomainStore Domains => _stores.Domains;

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
    public async Task Account_HasOneTokenForAllItsDomains_AndNoOtherAccountHasIt() // SEC-45
    {
        var one = await AddedAsync(_ann, "one.example.com");
        var two = await AddedAsync(_ann, "two.example.com");
        var bobs = await AddedAsync(_bob, "one.example.com");

        Assert.Equal(one.Token, two.Token);
        Assert.NotEqual(one.Token, bobs.Token);
        Assert.Matches("^[a-z2-7]{32}$", one.Token);
        Assert.Equal(one, await AddedAsync(_ann, "one.example.com"));
    }

    [Fact]
    public async Task DomainThatIsProven_IsNobodyElses() // SEC-45
    {
        var anns = await AddedAsync(_ann, "one.example.com");
        var bobs = await AddedAsync(_bob, "one.example.com");

        Assert.True(await Domains.SetProvenAsync(anns, CancellationToken.None));
        Assert.False(await Domains.SetProvenAsync(bobs, CancellationToken.None));
        Assert.Equal(DomainErrors.DomainTaken.Code, (await Domains.AddAsync((await _stores.AddUserAsync("eve@example.com")).Id, "one.example.com", CancellationToken.None)).Failure?.Code);
        Assert.True(await Domains.IsProvenAsync(_ann, "one.example.com", CancellationToken.None));
        Assert.False(await Domains.IsProvenAsync(_bob, "one.example.com", CancellationToken.None));

        Assert.NotNull(await Domains.RemoveAsync(_ann, anns.Id, CancellationToken.None));
        Assert.True(await Domains.SetProvenAsync(bobs, CancellationToken.None));
    }

    [Fact]
    public async Task WildcardAndItsParent_AreProvenEachOnItsOwn() // SEC-45
    {
        await ProvenAsync(_ann, "*.example.com");
        Assert.True(await Domains.IsProvenAsync(_ann, "shop.example.com", CancellationToken.None));
        Assert.False(await Domains.IsProvenAsync(_ann, "example.com", CancellationToken.None));
        Assert.False(await Domains.IsProvenAsync(_ann, "a.shop.example.com", CancellationToken.None));

        await ProvenAsync(_ann, "example.org");
        Assert.False(await Domains.IsProvenAsync(_ann, "*.example.org", CancellationToken.None));
        Assert.False(await Domains.IsProvenAsync(_ann, "shop.example.org", CancellationToken.None));
    }

    [Fact]
    public async Task DomainThatIsNotProven_LeadsToNoTunnel()
    {
        await AddedAsync(_ann, "one.example.com");

        Assert.Equal(DomainErrors.DomainNotProven.Code, await RefusedAsync(Web(_ann, "web", "one.example.com")));
        await ProvenAsync(_bob, "one.example.com");
        Assert.Equal(DomainErrors.DomainNotProven.Code, await RefusedAsync(Web(_ann, "web", "one.example.com")));
    }

    [Fact]
    public async Task TunnelWithADomain_NeedsNoSubdomain_AndKeepsWhatItIsNotAskedAbout()
    {
        await ProvenAsync(_ann, "one.example.com");
        var first = await ClaimedAsync(Web(_ann, "web", "one.example.com"));

        Assert.Null(first.Subdomain);
        Assert.Equal(["one.example.com"], first.Hosts.Names);
        Assert.Equal(first, await ClaimedAsync(Web(_ann, "web")));
        Assert.Equal([first], await _stores.Tunnels.ListHostedAsync(CancellationToken.None));

        var none = await ClaimedAsync(Web(_ann, "web") with { Hosts = TunnelHosts.None });
        Assert.NotNull(none.Subdomain);
        Assert.Empty(none.Hosts.Names);
    }

    [Fact]
    public async Task TunnelsOfOneAccount_ShareAHost_EachWithAPathOfItsOwn()
    {
        await ProvenAsync(_ann, "one.example.com");
        var whole = await ClaimedAsync(Web(_ann, "whole", "one.example.com") with { Subdomain = "shop" });
        var api = await ClaimedAsync(Web(_ann, "api", "one.example.com") with { Subdomain = "shop", Path = "/api" });

        Assert.Equal(("", "/api"), (whole.Path, api.Path));
        Assert.Equal(TunnelErrors.NameTaken.Code, await RefusedAsync(Web(_bob, "other") with { Subdomain = "shop", Path = "/bob" }));
        var moved = await ClaimedAsync(Web(_ann, "api") with { Path = "/v2" });
        Assert.Equal(("shop", "/v2"), (moved.Subdomain, moved.Path));
        Assert.Equal(["one.example.com"], moved.Hosts.Names);
    }

    [Fact]
    public async Task HostAndPathOfATunnelThatIsOpen_StayItsOwn_AndOfOneThatIsNot_Move()
    {
        await ProvenAsync(_ann, "one.example.com");
        var first = await ClaimedAsync(Web(_ann, "first", "one.example.com") with { Subdomain = "shop" });

        Assert.Equal(TunnelErrors.NameTaken.Code, await RefusedAsync(Web(_ann, "second", "one.example.com") with { IsOpen = id => id == first.Id }));
        Assert.Equal(TunnelErrors.NameTaken.Code, await RefusedAsync(Web(_ann, "second") with { Subdomain = "shop", IsOpen = id => id == first.Id }));
        var second = await ClaimedAsync(Web(_ann, "second", "one.example.com"));
        Assert.Equal(["one.example.com"], second.Hosts.Names);
        Assert.Empty((await ClaimedAsync(Web(_ann, "first"))).Hosts.Names);
    }

    [Fact]
    public async Task DomainThatIsRemoved_LeadsNowhere()
    {
        var domain = await ProvenAsync(_ann, "one.example.com");
        var tunnel = await ClaimedAsync(Web(_ann, "web", "one.example.com"));

        Assert.Null(await Domains.RemoveAsync(_bob, domain.Id, CancellationToken.None));
        var led = Assert.Single(await Domains.RemoveAsync(_ann, domain.Id, CancellationToken.None) ?? []);

        Assert.Equal((tunnel.Id, "one.example.com"), (led.Tunnel.Id, led.Tunnel.Hosts.ToString()));
        Assert.Empty(await _stores.Tunnels.ListHostedAsync(CancellationToken.None));
    }

    [Fact]
    public async Task DomainsOfADeletedAccount_AreItsHeirs_WithTheirTunnels()
    {
        await AddedAsync(_bob, "one.example.com");
        await AddedAsync(_ann, "wish.example.com");
        await ProvenAsync(_ann, "one.example.com");
        await ClaimedAsync(Web(_ann, "web", "one.example.com"));

        await _stores.Removal.RemoveAsync(_ann, _bob, CancellationToken.None);

        Assert.Equal(["one.example.com"], (await ClaimedAsync(Web(_bob, "web"))).Hosts.Names);
        Assert.Equal([_bob], (await Domains.ListProvenAsync(CancellationToken.None)).Select(domain => domain.UserId));
    }

    [Fact]
    public async Task DomainsOfADeletedAccountWithoutAnHeir_AreFree()
    {
        await ProvenAsync(_ann, "one.example.com");
        await ClaimedAsync(Web(_ann, "web", "one.example.com"));

        await _stores.Removal.RemoveAsync(_ann, heir: null, CancellationToken.None);

        Assert.Empty(await Domains.ListProvenAsync(CancellationToken.None));
        await ProvenAsync(_bob, "one.example.com");
    }

    private static TunnelClaim Web(UserId user, string name, params string[] domains) =>
        new() { UserId = user, Name = name, Proto = TunnelProto.Http, Hosts = domains.Length == 0 ? null : TunnelHosts.Of(domains) };

    private async Task<Domain> AddedAsync(UserId user, string name)
    {
        var (domain, _, failure) = await Domains.AddAsync(user, name, CancellationToken.None).Limited("the domain");
        Assert.Null(failure);
        return Assert.IsType<Domain>(domain);
    }

    private async Task<Domain> ProvenAsync(UserId user, string name)
    {
        var domain = await AddedAsync(user, name);
        Assert.True(await Domains.SetProvenAsync(domain, CancellationToken.None).Limited("the proof"));
        return domain;
    }

    private async Task<TunnelRecord> ClaimedAsync(TunnelClaim claim) =>
        Assert.IsType<TunnelClaimResult.Claimed>(await _stores.Tunnels.ClaimAsync(claim, CancellationToken.None).Limited("the claim")).Tunnel;

    private async Task<ErrorCode> RefusedAsync(TunnelClaim claim) =>
        Assert.IsType<TunnelClaimResult.Refused>(await _stores.Tunnels.ClaimAsync(claim, CancellationToken.None).Limited("the claim")).Failure.Code;
}

public sealed class SqliteDomainStoreTests() : DomainStoreTests(StoreProvider.Sqlite);

public sealed class PostgresDomainStoreTests() : DomainStoreTests(StoreProvider.Postgres);
