using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Reservations;
using Mport.Server.Accounts.Teams;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Teams;

public abstract class TeamStoreTests(StoreProvider provider) : IAsyncLifetime
{
    private static readonly CancellationToken _cancel = TestContext.Current.CancellationToken;
    private TestStores _stores = null!;
    private UserId _ann;
    private UserId _bob;
    private UserId _eve;

    private TeamStore Teams => _stores.Accounts.Teams;

    private TeamMemberStore Members => _stores.Accounts.TeamMembers;

    public async ValueTask InitializeAsync()
    {
        _stores = await TestStores.CreateAsync(provider);
        _ann = (await _stores.AddUserAsync("ann@example.com")).Id;
        _bob = (await _stores.AddUserAsync("bob@example.com")).Id;
        _eve = (await _stores.AddUserAsync("eve@example.com")).Id;
    }

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _stores?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Team_IsThereForItsMembersAlone() // SEC-40
    {
        var team = await TeamAsync("shop", _ann);
        await AddAsync(team, _bob);

        foreach (var member in (UserId[])[_ann, _bob])
        {
            Assert.Equal("shop", (await Teams.FindAsync(member, team, _cancel).Limited("the team"))?.Name);
            Assert.Equal(team, (await Teams.FindAsync(member, "shop", _cancel).Limited("the team by name"))?.Id);
            Assert.Equal([team], (await Teams.ListAsync(member, Lists.Query(), _cancel).Limited("the teams")).Select(one => one.Id));
        }

        Assert.Null(await Teams.FindAsync(_eve, team, _cancel).Limited("no team"));
        Assert.Null(await Teams.FindAsync(_eve, "shop", _cancel).Limited("no team by name"));
        Assert.Empty(await Teams.ListAsync(_eve, Lists.Query(), _cancel).Limited("no teams"));
    }

    [Fact]
    public async Task Pages_GoOnWhereTheLastOneEnded()
    {
        var all = new List<TeamId>();
        for (var i = 0; i < 5; i++)
        {
            _stores.Time.Advance(TimeSpan.FromSeconds(1));
            all.Add(await TeamAsync($"team-{i}", _ann));
        }

        foreach (var (sort, place) in (IEnumerable<(string, string)>)[("id", ""), ("name", "team-1")])
        {
            var first = await Teams.ListAsync(_ann, Lists.Query(1) with { Sort = sort }, _cancel).Limited("a page");
            var next = await Teams.ListAsync(_ann, Lists.Query() with { Sort = sort, After = new(place, all[1].Value) }, _cancel).Limited("the next page");

            Assert.Equal(all[..2], first.Select(one => one.Id));
            Assert.Equal(all[2..], next.Select(one => one.Id));
        }
    }

    [Fact]
    public async Task OfTenWhoWantOneName_OneGetsIt()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Teams.CreateAsync("shop", _ann, most: 10, _cancel))).Limited("ten teams at once");

        Assert.Single(made, one => one.Team is not null);
        Assert.Equal(9, made.Count(one => one.Refused?.Code == TeamErrors.TeamNameTaken.Code));
    }

    [Fact]
    public async Task ManagersWhoRemoveEachOther_LeaveOne()
    {
        for (var round = 0; round < 10; round++)
        {
            var team = await TeamAsync($"shop-{round}", _ann);
            await AddAsync(team, _bob, isManager: true);

            var refused = await Task.WhenAll(Members.RemoveAsync(_ann, team, _bob, _cancel), Members.RemoveAsync(_bob, team, _ann, _cancel)).Limited("both removals");

            Assert.Single(refused, one => one is null);
            Assert.True(Assert.Single(await Members.ListAsync(team, _cancel).Limited("the members")).IsManager);
        }
    }

    [Fact]
    public async Task ManagersWhoStepDownAtOnce_LeaveOne()
    {
        for (var round = 0; round < 10; round++)
        {
            var team = await TeamAsync($"shop-{round}", _ann);
            await AddAsync(team, _bob, isManager: true);

            await Task.WhenAll(Members.SetRoleAsync(_ann, team, _ann, isManager: false, _cancel), Members.SetRoleAsync(_bob, team, _bob, isManager: false, _cancel)).Limited("both steps");

            Assert.Single(await Members.ListAsync(team, _cancel).Limited("the members"), one => one.IsManager);
        }
    }

    [Fact]
    public async Task MemberWhoIsAddedTwice_IsThereOnce()
    {
        var team = await TeamAsync("shop", _ann);

        var refused = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Members.AddAsync(_ann, team, _bob, isManager: false, _cancel))).Limited("ten at once");

        Assert.Single(refused, one => one is null);
        Assert.Equal(9, refused.Count(one => one?.Code == TeamErrors.AlreadyMember.Code));
        Assert.Equal(2, (await Members.ListAsync(team, _cancel).Limited("the members")).Count);
    }

    [Fact]
    public async Task TeamThatIsDeletedWhileItGetsATunnel_HasItOrIsGone()
    {
        for (var round = 0; round < 20; round++)
        {
            var team = await TeamAsync($"shop-{round}", _ann);
            var known = await Teams.FindAsync(_ann, team, _cancel).Limited("the team");
            Assert.NotNull(known);

            var deletion = Teams.DeleteAsync(_ann, known, _cancel);
            var claim = _stores.Tunnels.ClaimAsync(ClaimOf(_ann, "web", team), _cancel);
            var refused = await deletion.Limited("the deletion");
            var tunnel = await claim.Limited("the tunnel");

            Assert.Equal(refused is null, tunnel is TunnelClaimResult.Refused);
            Assert.Equal(refused is null, await Teams.FindAsync(_ann, team, _cancel).Limited("the team again") is null);
        }
    }

    [Fact]
    public async Task Names_AreThePersonsOrTheTeams()
    {
        var team = await TeamAsync("shop", _ann);
        await AddAsync(team, _bob);

        var own = await ClaimedAsync(ClaimOf(_ann, "web"));
        _stores.Time.Advance(TimeSpan.FromSeconds(1));
        var shared = await ClaimedAsync(ClaimOf(_ann, "web", team));

        Assert.NotEqual(own.Id, shared.Id);
        Assert.Equal(shared, await ClaimedAsync(ClaimOf(_bob, "web", team)));
        Assert.Equal(own, await ClaimedAsync(ClaimOf(_ann, "web")));
        Assert.Equal([own.Id, shared.Id], await TunnelsOfAsync(_ann));
        Assert.Equal([shared.Id], await TunnelsOfAsync(_bob));
        Assert.Equal([shared.Id], await TunnelsOfAsync(_ann, team));
        Assert.Empty(await TunnelsOfAsync(_eve));
        Assert.Empty(await TunnelsOfAsync(_eve, team));
    }

    [Fact]
    public async Task TenMembersWhoWantOneName_ShareOneTunnel()
    {
        var team = await TeamAsync("shop", _ann);
        await AddAsync(team, _bob);

        var claimed = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => ClaimedAsync(ClaimOf(i % 2 == 0 ? _ann : _bob, "web", team))));

        Assert.Single(claimed.Distinct());
        Assert.Equal(1, (await Teams.FindAsync(_ann, team, _cancel).Limited("the team"))?.Tunnels);
    }

    [Fact]
    public async Task Stranger_ClaimsNothingInATeam()
    {
        var team = await TeamAsync("shop", _ann);

        var refused = Assert.IsType<TunnelClaimResult.Refused>(await _stores.Tunnels.ClaimAsync(ClaimOf(_eve, "web", team), _cancel).Limited("no tunnel"));

        Assert.Equal(TeamErrors.TeamUnknown.Code, refused.Failure.Code);
        Assert.Empty(await TunnelsOfAsync(_ann, team));
    }

    [Fact]
    public async Task NameThatAMemberHasReserved_StaysWithTheTeamsTunnel()
    {
        var team = await TeamAsync("shop", _ann);
        await AddAsync(team, _bob);
        Assert.NotNull((await ReserveAsync(_ann, "store")).Made);

        var made = await ClaimedAsync(ClaimOf(_ann, "web", team) with { Subdomain = "store" });

        Assert.Equal(made, await ClaimedAsync(ClaimOf(_bob, "web", team)));
        Assert.Equal(made, await ClaimedAsync(ClaimOf(_bob, "web", team) with { Subdomain = "store" }));
    }

    [Fact]
    public async Task NameOfATeamsTunnel_IsReservedForNoMember()
    {
        var team = await TeamAsync("shop", _ann);
        await ClaimedAsync(ClaimOf(_ann, "web", team) with { Subdomain = "store" });

        Assert.Equal(TunnelErrors.NameTaken.Code, (await ReserveAsync(_ann, "store")).Failure?.Code);
    }

    [Fact]
    public async Task WhoLeft_IsFound()
    {
        var team = await TeamAsync("shop", _ann);
        await AddAsync(team, _bob);
        Assert.Null(await Members.RemoveAsync(_bob, team, _bob, _cancel).Limited("the removal"));

        var ended = await Teams.FindEndedAsync([(team, _ann), (team, _bob), (TeamId.Create(_stores.Time), _ann)], _cancel).Limited("who is there no more");

        Assert.Equal(2, ended.Count);
        Assert.Contains((team, _bob), ended);
    }

    private Task<ReservationResult> ReserveAsync(UserId user, string name)
    {
        var ports = new PortRange(20000, 20009);
        var wish = new ReservationWish { UserId = user, Address = ReservedAddress.Name(name), TcpPorts = ports, UdpPorts = ports, Allowance = TunnelAllowance.Any };
        return _stores.Reservations.ReserveAsync(wish, _cancel).Limited("a reservation");
    }

    private static TunnelClaim ClaimOf(UserId user, string name, TeamId? team = null) => new() { UserId = user, TeamId = team, Name = name, Proto = TunnelProto.Http };

    private async Task<TeamId> TeamAsync(string name, UserId manager)
    {
        var (team, refused) = await Teams.CreateAsync(name, manager, most: 100, _cancel).Limited("the team");
        Assert.Null(refused);
        Assert.NotNull(team);
        return team.Id;
    }

    private async Task AddAsync(TeamId team, UserId user, bool isManager = false) =>
        Assert.Null(await Members.AddAsync(by: null, team, user, isManager, _cancel).Limited("the member"));

    private async Task<TunnelRecord> ClaimedAsync(TunnelClaim claim) =>
        Assert.IsType<TunnelClaimResult.Claimed>(await _stores.Tunnels.ClaimAsync(claim, _cancel).Limited("the tunnel")).Tunnel;

    private async Task<IEnumerable<TunnelId>> TunnelsOfAsync(UserId user, TeamId? team = null) =>
        (await _stores.OwnTunnels.ListAsync(user, team, Lists.Query(), _cancel).Limited("the tunnels")).Select(one => one.Id);
}

public sealed class SqliteTeamStoreTests() : TeamStoreTests(StoreProvider.Sqlite);

public sealed class PostgresTeamStoreTests() : TeamStoreTests(StoreProvider.Postgres);
