using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Removal;
using Mport.Server.Accounts.Reservations;
using Mport.Server.Accounts.Teams;
using Mport.Server.Quotas;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Removal;

public abstract class AccountRemovalStoreTests(StoreProvider provider) : IAsyncLifetime
{
    private static readonly PortRange _ports = new(20000, 20009);
    private TestStores _stores = null!;
    private UserId _ann;
    private UserId _bob;

    public async ValueTask InitializeAsync()
    {
        _stores = await TestStores.CreateAsync(provider);
        _ann = (await _stores.AddUserAsync("ann@example.com")).Id;
        _bob = (await _stores.AddUserAsync("bob@example.com")).Id;
        var token = await _stores.AddTokenAsync(_ann);
        await _stores.Quotas.SetAsync(QuotaSubject.Of(_ann), new QuotaLimits { Names = 5 }, CancellationToken.None).Limited("a quota");
        await _stores.Quotas.SetAsync(QuotaSubject.Of(token.Id), new QuotaLimits { Connections = 5 }, CancellationToken.None).Limited("a quota");
        await ClaimAsync(_ann, "web", "shop");
        Assert.True(EmailAddress.TryParse("eve@example.com", out var eve));
        await _stores.Accounts.Invitations.CreateAsync(eve, UserRole.Member, TimeSpan.FromDays(1), _ann, CancellationToken.None).Limited("an invitation");
        var reserved = await _stores.Reservations.ReserveAsync(Wish(_ann, ReservedAddress.Name("blog")), CancellationToken.None).Limited("a reservation");
        Assert.NotNull(reserved.Made);
    }

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _stores?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task DeletedAccount_LeavesNothingBehind()
    {
        Assert.IsType<RemovalResult.Removed>(await RemoveAsync(_ann, heir: null));

        await using var context = await _stores.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        var counts = new[]
        {
            await context.Users.CountAsync(u => u.Id == _ann, CancellationToken.None),
            await context.Tokens.CountAsync(CancellationToken.None),
            await context.Tunnels.CountAsync(CancellationToken.None),
            await context.Reservations.CountAsync(CancellationToken.None),
            await context.Invitations.CountAsync(CancellationToken.None),
            await context.Quotas.CountAsync(CancellationToken.None),
        };
        Assert.Equal([0, 0, 0, 0, 0, 0], counts);
    }

    [Fact]
    public async Task NamesOfADeletedAccount_RestBeforeOthersGetThem() // SEC-44
    {
        await RemoveAsync(_ann, heir: null);

        foreach (var name in (string[])["shop", "blog"])
        {
            var refused = await _stores.Reservations.ReserveAsync(Wish(_bob, ReservedAddress.Name(name)), CancellationToken.None).Limited("a refusal");
            Assert.Equal(TunnelErrors.NameTaken.Code, refused.Failure?.Code);
        }

        // Nor does one who registers under the same address.
        var again = (await _stores.AddUserAsync("ann@example.com")).Id;
        Assert.NotNull((await _stores.Reservations.ReserveAsync(Wish(again, ReservedAddress.Name("shop")), CancellationToken.None).Limited("a refusal")).Failure);
        _stores.Time.Advance(TimeSpan.FromDays(31));
        Assert.NotNull((await _stores.Reservations.ReserveAsync(Wish(_bob, ReservedAddress.Name("shop")), CancellationToken.None).Limited("a reservation")).Made);
    }

    [Fact]
    public async Task Heir_GetsTunnelsAndReservations_AtOnce()
    {
        await ClaimAsync(_bob, "web", "bobs");

        var removed = Assert.IsType<RemovalResult.Removed>(await RemoveAsync(_ann, _bob)).Account;

        Assert.Equal(["web-2"], removed.Tunnels.Select(t => t.NameNow));
        Assert.Equal("shop", (await ClaimAsync(_bob, "web-2", subdomain: null)).Subdomain);
        Assert.Equal("bobs", (await ClaimAsync(_bob, "web", subdomain: null)).Subdomain);
        Assert.Equal([_bob], (await _stores.Reservations.ListAsync(CancellationToken.None).Limited("the reservations")).Select(r => r.UserId));
    }

    [Fact]
    public async Task Heir_MustBeAnotherEnabledAccount()
    {
        Assert.IsType<RemovalResult.HeirUnfit>(await RemoveAsync(_ann, _ann));
        Assert.IsType<RemovalResult.HeirUnfit>(await RemoveAsync(_ann, new UserId("usr_00000000000000000000000000")));
        Assert.True(EmailAddress.TryParse("bob@example.com", out var bob));
        await _stores.Users.SetEnabledAsync(bob, enabled: false, CancellationToken.None).Limited("the change");
        Assert.IsType<RemovalResult.HeirUnfit>(await RemoveAsync(_ann, _bob));
        Assert.IsType<RemovalResult.Unknown>(await RemoveAsync(new UserId("usr_00000000000000000000000000"), heir: null));
    }

    [Fact]
    public async Task Owner_IsNotDeleted()
    {
        Assert.True(EmailAddress.TryParse("owner@example.com", out var email));
        var owner = await _stores.Users.AddAsync(new NewUser { Email = email, IsAdmin = true, IsOwner = true }, CancellationToken.None).Limited("the owner");
        Assert.NotNull(owner);

        Assert.IsType<RemovalResult.IsOwner>(await RemoveAsync(owner.Id, heir: null));
    }

    [Theory]
    [InlineData("web", "web-3")]
    [InlineData("other", "other")]
    public void FreeName_HasANumberWhereItIsTaken(string name, string free) =>
        Assert.Equal(free, RemovedTunnel.FreeName(name, new HashSet<string> { "web", "web-2" }));

    [Fact]
    public void FreeName_FitsIntoALabel()
    {
        var longest = new string('a', 63);

        var free = RemovedTunnel.FreeName(longest, new HashSet<string> { longest });

        Assert.Equal(new string('a', 61) + "-2", free);
    }

    [Fact]
    public async Task TunnelsOfATeam_StayWithIt_AndAMemberBecomesItsManager()
    {
        var team = await TeamAsync(_ann);
        Assert.Null(await _stores.Accounts.TeamMembers.AddAsync(by: null, team, _bob, isManager: false, CancellationToken.None).Limited("a member"));
        var shared = await ClaimAsync(_ann, "web", "team-shop", team);

        var removed = Assert.IsType<RemovalResult.Removed>(await RemoveAsync(_ann, heir: null)).Account;

        Assert.Equal(["shop"], removed.Tunnels.Select(t => t.Subdomain));
        Assert.Equal(new LeftTeam(team, "shop", _bob, IsNewManager: true, "bob@example.com"), Assert.Single(removed.Teams));
        Assert.Equal(shared, await ClaimAsync(_bob, "web", subdomain: null, team));
        Assert.True((await _stores.Accounts.Teams.FindAsync(_bob, team, CancellationToken.None).Limited("the team"))?.IsManager);
        Assert.Equal(_bob, (await _stores.OwnTunnels.FindAsync(_bob, shared.Id, CancellationToken.None).Limited("the tunnel"))?.MadeBy);
    }

    [Fact]
    public async Task TunnelMadeInATeamThatTheAccountHasLeft_StaysWithIt()
    {
        var team = await TeamAsync(_bob);
        Assert.Null(await _stores.Accounts.TeamMembers.AddAsync(by: null, team, _ann, isManager: false, CancellationToken.None).Limited("a member"));
        var shared = await ClaimAsync(_ann, "web", "team-shop", team);
        Assert.Null(await _stores.Accounts.TeamMembers.RemoveAsync(_ann, team, _ann, CancellationToken.None).Limited("the leave"));

        Assert.Empty(Assert.IsType<RemovalResult.Removed>(await RemoveAsync(_ann, heir: null)).Account.Teams);

        Assert.Equal(shared, await ClaimAsync(_bob, "web", subdomain: null, team));
    }

    [Fact]
    public async Task TeamThatNobodyElseIsIn_GoesWithItsAccount_AndItsTunnelsAsTheAccountsOwn()
    {
        await ClaimAsync(_ann, "web", "team-shop", await TeamAsync(_ann));

        var removed = Assert.IsType<RemovalResult.Removed>(await RemoveAsync(_ann, _bob)).Account;

        Assert.Equal(["web", "web-2"], removed.Tunnels.Select(t => t.NameNow).Order(StringComparer.Ordinal));
        Assert.Null(Assert.Single(removed.Teams).Keeper);
        Assert.Empty(await _stores.Accounts.Teams.ListAllAsync(CancellationToken.None).Limited("the teams"));
        Assert.Equal(["shop", "team-shop"], new[] { (await ClaimAsync(_bob, "web", subdomain: null)).Subdomain, (await ClaimAsync(_bob, "web-2", subdomain: null)).Subdomain }.Order(StringComparer.Ordinal));
    }

    private async Task<TeamId> TeamAsync(UserId manager)
    {
        var (team, _) = await _stores.Accounts.Teams.CreateAsync("shop", manager, most: 10, CancellationToken.None).Limited("a team");
        Assert.NotNull(team);
        return team.Id;
    }

    private static ReservationWish Wish(UserId user, ReservedAddress address) =>
        new() { UserId = user, Address = address, TcpPorts = _ports, UdpPorts = _ports, Allowance = TunnelAllowance.Any };

    private Task<RemovalResult> RemoveAsync(UserId id, UserId? heir) => _stores.Removal.RemoveAsync(id, heir, CancellationToken.None).Limited("the removal");

    private async Task<TunnelRecord> ClaimAsync(UserId user, string name, string? subdomain, TeamId? team = null) =>
        Assert.IsType<TunnelClaimResult.Claimed>(
            await _stores.Tunnels.ClaimAsync(new TunnelClaim { UserId = user, TeamId = team, Name = name, Proto = TunnelProto.Http, Subdomain = subdomain }, CancellationToken.None).Limited("a claim")).Tunnel;
}

public sealed class SqliteAccountRemovalStoreTests() : AccountRemovalStoreTests(StoreProvider.Sqlite);

public sealed class PostgresAccountRemovalStoreTests() : AccountRemovalStoreTests(StoreProvider.Postgres);
