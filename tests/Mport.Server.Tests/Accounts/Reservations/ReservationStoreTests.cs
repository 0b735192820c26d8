using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Reservations;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Reservations;

public abstract class ReservationStoreTests(StoreProvider provider) : IAsyncLifetime
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
    public async Task ReservedPort_IsTheAccountsAlone_WhileNobodyIsOnline() // SEC-43
    {
        await ReservedAsync(_ann, Port(20001));

        Assert.Equal(TunnelErrors.PortTaken.Code, (await ClaimAsync(Tcp(_bob, "db") with { Port = 20001 })).Failure);
        Assert.Equal(TunnelErrors.PortTaken.Code, await RefusedAsync(_bob, Port(20001)));
        Assert.Equal(20001, (await ClaimAsync(Tcp(_ann, "db") with { Port = 20001 })).Tunnel?.Port);
    }

    [Fact]
    public async Task ReservedPort_IsNeverTheEdgesChoice()
    {
        await ReservedAsync(_ann, Port(20000));
        await ReservedAsync(_ann, Port(20001));

        Assert.Equal(20002, (await ClaimAsync(Tcp(_bob, "one"))).Tunnel?.Port);
        Assert.Equal(TunnelErrors.NoPortFree.Code, (await ClaimAsync(Tcp(_bob, "two"))).Failure);
    }

    [Fact]
    public async Task PortOfOneProtocol_LeavesTheOtherFree()
    {
        await ReservedAsync(_ann, Port(20001, TunnelProto.Udp));

        Assert.Equal(20001, (await ClaimAsync(Tcp(_bob, "db") with { Port = 20001 })).Tunnel?.Port);
        Assert.Equal(TunnelErrors.PortTaken.Code, await RefusedAsync(_bob, Port(20001, TunnelProto.TcpUdp)));
    }

    [Theory] // SEC-43
    [InlineData(1023)]
    [InlineData(19999)]
    [InlineData(20003)]
    public async Task PortOutsideTheRange_IsRefused(int port) => Assert.Equal(TunnelErrors.PortOutOfRange.Code, await RefusedAsync(_ann, Port(port)));

    [Theory] // SEC-44
    [InlineData("www", 1202)]
    [InlineData("-shop", 1201)]
    [InlineData("xn--shp-0na", 1201)]
    public async Task NameThatNobodyGets_IsRefused(string name, int code) => Assert.Equal(new ErrorCode(code), await RefusedAsync(_ann, ReservedAddress.Name(name)));

    [Fact]
    public async Task ReservedName_IsTheAccountsAlone()
    {
        await ReservedAsync(_ann, ReservedAddress.Name("shop"));

        Assert.Equal(TunnelErrors.NameTaken.Code, (await ClaimAsync(Http(_bob, "web") with { Subdomain = "shop" })).Failure);
        Assert.Equal(TunnelErrors.NameTaken.Code, await RefusedAsync(_bob, ReservedAddress.Name("shop")));
        Assert.Equal(TunnelErrors.NameTaken.Code, await RefusedAsync(_ann, ReservedAddress.Name("shop")));
        Assert.Equal("shop", (await ClaimAsync(Http(_ann, "web") with { Subdomain = "shop" })).Tunnel?.Subdomain);
    }

    [Fact]
    public async Task NameOfATunnel_IsReservedByItsAccountAlone()
    {
        await ClaimAsync(Http(_ann, "web") with { Subdomain = "shop" });

        Assert.Equal(TunnelErrors.NameTaken.Code, await RefusedAsync(_bob, ReservedAddress.Name("shop")));
        await ReservedAsync(_ann, ReservedAddress.Name("shop"));
    }

    [Fact]
    public async Task ReleasedName_RestsForOthers_AndNotForItsAccount() // SEC-44
    {
        var made = await ReservedAsync(_ann, ReservedAddress.Name("shop"));
        Assert.True(await _stores.Reservations.ReleaseAsync(_ann, made.Id, CancellationToken.None).Limited("the release"));

        Assert.Equal(TunnelErrors.NameTaken.Code, await RefusedAsync(_bob, ReservedAddress.Name("shop")));
        Assert.Equal(TunnelErrors.NameTaken.Code, (await ClaimAsync(Http(_bob, "web") with { Subdomain = "shop" })).Failure);
        _stores.Time.Advance(TimeSpan.FromDays(29));
        Assert.Equal(TunnelErrors.NameTaken.Code, await RefusedAsync(_bob, ReservedAddress.Name("shop")));
        _stores.Time.Advance(TimeSpan.FromDays(2));
        await ReservedAsync(_bob, ReservedAddress.Name("shop"));
    }

    [Fact]
    public async Task ReleasedPort_RestsForOthers_ForADay() // SEC-43
    {
        var made = await ReservedAsync(_ann, Port(20001));
        await _stores.Reservations.ReleaseAsync(_ann, made.Id, CancellationToken.None).Limited("the release");

        Assert.Equal(TunnelErrors.PortTaken.Code, await RefusedAsync(_bob, Port(20001)));
        _stores.Time.Advance(TimeSpan.FromHours(25));
        await ReservedAsync(_bob, Port(20001));
    }

    [Fact]
    public async Task ReleaseByAnotherAccount_IsNone() // SEC-40
    {
        var made = await ReservedAsync(_ann, ReservedAddress.Name("shop"));

        Assert.False(await _stores.Reservations.ReleaseAsync(_bob, made.Id, CancellationToken.None).Limited("the release"));
        Assert.NotNull(await _stores.Reservations.FindAsync(_ann, made.Id, CancellationToken.None).Limited("the reservation"));
        Assert.Null(await _stores.Reservations.FindAsync(_bob, made.Id, CancellationToken.None).Limited("the reservation"));
    }

    [Fact]
    public async Task NamesAndReservations_CountTogether_AndOnceWhereBothHaveTheName()
    {
        var one = new TunnelAllowance(Tunnels: null, Names: 1, Ports: null);
        await ReservedAsync(_ann, ReservedAddress.Name("shop"), one);

        Assert.Equal(TunnelErrors.QuotaFull.Code, await RefusedAsync(_ann, ReservedAddress.Name("blog"), one));
        Assert.Equal(TunnelErrors.QuotaFull.Code, (await ClaimAsync(Http(_ann, "web") with { Allowance = one })).Failure);
        Assert.Equal("shop", (await ClaimAsync(Http(_ann, "web") with { Subdomain = "shop", Allowance = one })).Tunnel?.Subdomain);
        Assert.Equal(TunnelErrors.QuotaFull.Code, (await ClaimAsync(Http(_ann, "web") with { Subdomain = "blog", Allowance = one })).Failure);
    }

    [Fact]
    public async Task PortsAndReservations_CountTogether()
    {
        var one = new TunnelAllowance(Tunnels: null, Names: null, Ports: 1);
        await ReservedAsync(_ann, Port(20001, TunnelProto.TcpUdp), one);

        Assert.Equal(TunnelErrors.QuotaFull.Code, await RefusedAsync(_ann, Port(20002), one));
        Assert.Equal(TunnelErrors.QuotaFull.Code, (await ClaimAsync(Tcp(_ann, "db") with { Allowance = one })).Failure);
        Assert.Equal(20001, (await ClaimAsync(Tcp(_ann, "db") with { Port = 20001, Allowance = one })).Tunnel?.Port);
    }

    [Fact]
    public async Task OfManyWhoWantANameAtOnce_OneAccountGetsIt() // SEC-115
    {
        var names = Enumerable.Range(0, 8).Select(i => $"wanted-{i}").ToList();
        await Task.WhenAll(names.SelectMany(name => (Task[])
        [
            Task.Run(() => _stores.Reservations.ReserveAsync(Wish(_ann, ReservedAddress.Name(name)), CancellationToken.None)),
            Task.Run(() => _stores.Tunnels.ClaimAsync(Http(_bob, name) with { Subdomain = name }, CancellationToken.None)),
        ])).Limited("all who want a name");

        var reserved = (await _stores.Reservations.ListAsync(CancellationToken.None).Limited("the reservations")).Select(one => one.Address.Subdomain ?? "");
        var held = (await _stores.Tunnels.ListSubdomainsAsync(CancellationToken.None).Limited("the subdomains")).Keys;
        Assert.Equal(names, reserved.Concat(held).Order(StringComparer.Ordinal));
    }

    private static ReservedAddress Port(int port, TunnelProto proto = TunnelProto.Tcp) => new(proto, Subdomain: null, port);

    private static ReservationWish Wish(UserId user, ReservedAddress address, TunnelAllowance? allowance = null) =>
        new() { UserId = user, Address = address, TcpPorts = _ports, UdpPorts = _ports, Allowance = allowance ?? TunnelAllowance.Any };

    private static TunnelClaim Http(UserId user, string name) => new() { UserId = user, Name = name, Proto = TunnelProto.Http };

    private static TunnelClaim Tcp(UserId user, string name) => new() { UserId = user, Name = name, Proto = TunnelProto.Tcp, TcpPorts = _ports };

    private async Task<Reservation> ReservedAsync(UserId user, ReservedAddress address, TunnelAllowance? allowance = null)
    {
        var result = await _stores.Reservations.ReserveAsync(Wish(user, address, allowance), CancellationToken.None).Limited("a reservation");
        Assert.Null(result.Failure);
        Assert.NotNull(result.Made);
        return result.Made;
    }

    private async Task<ErrorCode?> RefusedAsync(UserId user, ReservedAddress address, TunnelAllowance? allowance = null) =>
        (await _stores.Reservations.ReserveAsync(Wish(user, address, allowance), CancellationToken.None).Limited("a refusal")).Failure?.Code;

    private async Task<(TunnelRecord? Tunnel, ErrorCode? Failure)> ClaimAsync(TunnelClaim claim) =>
        await _stores.Tunnels.ClaimAsync(claim, CancellationToken.None).Limited("a claim") switch
        {
            TunnelClaimResult.Claimed claimed => (claimed.Tunnel, null),
            TunnelClaimResult.Refused refused => (null, refused.Failure.Code),
            _ => throw new InvalidOperationException(),
        };
}

public sealed class SqliteReservationStoreTests() : ReservationStoreTests(StoreProvider.Sqlite);

public sealed class PostgresReservationStoreTests() : ReservationStoreTests(StoreProvider.Postgres);
